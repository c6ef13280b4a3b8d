"""Reads the addresses that somebody asks about: id,address. Any text is an address here; what is none meets nothing."""

from __future__ import annotations

from core.tables import Column, Parsed, Raw, read_table

COLUMNS = (Column("id", required=True, max_length=200), Column("address", required=True, max_length=200))


def read_asked_addresses(raw: Raw, *, filename: str) -> Parsed:
    """Return the rows of the file, or every problem with it."""
    return read_table(raw, filename=filename, columns=COLUMNS)
