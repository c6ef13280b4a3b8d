"""The endpoints of licensing, one module per slice of it."""
