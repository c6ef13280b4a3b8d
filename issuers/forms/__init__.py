"""What people fill in about licensing: one module per topic."""
