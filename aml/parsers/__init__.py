"""How published lists and feeds of transfers are read; nothing here knows the database."""
