"""A checked document → the database, in one transaction."""
