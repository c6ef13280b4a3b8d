"""What the platform writes to people about licensing: one module per topic."""
