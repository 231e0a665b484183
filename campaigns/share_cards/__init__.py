"""The card that goes with a shared link: what it says, and its picture."""
