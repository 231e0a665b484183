"""What was changed, what readers have seen, and how it is brought back. Nothing here imports the admin."""
