"""What people are told, in the app and by e-mail. Knows no record: who may still see one is asked of whoever calls."""
