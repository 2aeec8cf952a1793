"""What was typed and is not saved yet: drafts kept while typing, and forms that came when the sign-in had ended."""
