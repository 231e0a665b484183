"""A campaign → its file: always the same bytes for the same records."""
