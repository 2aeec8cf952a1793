"""Columns out as files. Rows in come with the import."""
