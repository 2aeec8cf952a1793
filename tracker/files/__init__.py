"""Files that belong to a record or a source: checked by content and name, stored by their hash, never shown inline."""
