"""Saved views: the state of a table or a list under a name, as its owner left it."""
