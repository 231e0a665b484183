"""One module per command: arguments and printing; the work is done elsewhere."""
