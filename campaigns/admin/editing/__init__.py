"""What the forms of the nouns share."""
