"""Strings in, strings out; nothing here imports the app."""
