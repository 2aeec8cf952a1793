"""The shared machine of all record types: it never asks which type it holds."""
