"""Actors of one name, and two records of one actor."""
