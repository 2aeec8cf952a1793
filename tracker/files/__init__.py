"""Files that records and sources keep: stored once by content, read back as attachments."""
