"""The gate: every change that a person makes of the record is one save, and each public difference is asked about."""
