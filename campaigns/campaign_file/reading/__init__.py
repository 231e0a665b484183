"""Bytes → a document that remembers its lines, with every problem that shows without a database."""
