"""Files of the desk come in: read as tables, matched to fields, seen row by row, then stored as drafts, all or none."""
