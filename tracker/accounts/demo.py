"""The one password of the demo accounts, printed on the sign-in page of the demo and valid nowhere else."""

DEMO_PASSWORD = "demo-password-2026"  # noqa: S105  meant to be known: demo databases are served on loopback only
