"""Demo data: what one press article holds as far as the record types go, and accounts to look at it with."""
