"""The database, knowing no domain: base class, column types, sessions, full-text index."""
