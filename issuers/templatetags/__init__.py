"""Template words of licensing."""
