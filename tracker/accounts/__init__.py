"""Who writes and who may: users, roles, permissions, sign-in."""
