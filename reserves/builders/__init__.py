"""Tables and data that are handed out."""
