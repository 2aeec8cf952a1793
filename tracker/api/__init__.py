"""The API, version 1: records, figures and sources for programs, by the same rules as the pages."""
