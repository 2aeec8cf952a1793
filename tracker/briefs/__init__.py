"""Briefs on a partner and annual reports: the figures of the pages as a document with its sources."""
