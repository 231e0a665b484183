"""What only the whole file and the database can tell: rules, slugs, publication, private details."""
