"""Data of persons: encrypted under a key of each person, opened for a purpose, erased by destroying the key."""
