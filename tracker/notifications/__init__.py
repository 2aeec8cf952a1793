"""What people are told: in the tracker and by e-mail."""
