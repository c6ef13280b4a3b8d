"""Template words of reserves."""
