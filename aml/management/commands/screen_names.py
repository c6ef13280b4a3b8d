"""``screen_names IN.csv OUT.csv``: searches each name in the lists in force and writes one row for each hit."""

from __future__ import annotations

from aml.management.commands.compare_names import NameFileCommand


class Command(NameFileCommand):
    help = "Screen names (id, name, type, birth_date, country) against the lists in force"
    judge = "screen"
