"""What counts: from versions of records to fact rows, and from fact rows to figures."""
