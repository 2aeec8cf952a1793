"""The trail: who did, read and was refused what, when and why. Append-only, each event chained to the one before."""
