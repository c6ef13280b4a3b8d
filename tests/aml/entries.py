"""A list of names in force, written by hand."""

from __future__ import annotations

from datetime import date

from aml.models import EntryName, ListEntry, ListVersion

PEOPLE = {
    "P-1": ("person", "PETROV, Ivan Sergeevich", ["1971-03-02"], ["RU"]),
    "P-2": ("person", "CHAN Tai Man", [], ["HK"]),
    "P-3": ("person", "KIM Jong Chol", [], ["KP"]),
    "P-4": ("person", "ZHANG Weiguo", [], ["CN"]),
    "C-1": ("organisation", "Golden Harbour Trading Company Limited", [], ["HK"]),
    "C-2": ("organisation", "Obshchestvo Vostok Energiya OOO", [], ["RU"]),
}


def put_in_force(source: str = "own", number: int = 1, people=None) -> ListVersion:
    """Enter a version of a list with these entries."""
    rows = PEOPLE if people is None else people
    for key, (kind, name, born, countries) in rows.items():
        entry = ListEntry.objects.create(source=source, key=key, since=number, kind=kind, name=name, birth_dates=born,
                                         countries=countries, digest=f"{source}{key}{number}".ljust(64, "0"))
        EntryName.objects.create(entry=entry, name=name, kind="primary")
    return ListVersion.objects.create(
        source=source, number=number, sha256=f"{source}{number}".ljust(64, "0"), published_on=date(2026, 11, 1),
        entry_count=len(rows), name_count=len(rows), address_count=0, added=len(rows), changed=0, removed=0,
    )
