"""The timeline: its entries in one order, its filters, what they offer, and how many entries each choice leaves."""
