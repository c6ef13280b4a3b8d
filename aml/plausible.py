"""Whether a well-formed list is believable beside the version in force: cut or old downloads are well formed too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from aml.addresses import canonical
from aml.parsers.description import Description
from aml.parsers.entry import Listed, ParsedList

#: What two officers may let through; anything else that is wrong with a list is wrong for good.
DOUBTS = frozenset({"list_shrunken", "list_fewer_names", "list_fewer_addresses", "list_older", "list_second_officer"})
OFFICERS_NEEDED = 2


@dataclass(frozen=True, slots=True)
class Before:
    """The version in force."""

    number: int
    published_on: date | None
    name_count: int
    address_count: int


def note_doubts(
    described: Description, parsed: ParsedList, standing: Mapping[str, Listed], before: Before | None
) -> None:
    """Note in the problems of the list why it is not believed to follow the version in force."""
    if described.by_two_officers:
        parsed.problems.add("list_second_officer")
    if before is None:
        return
    if parsed.published_on and before.published_on and parsed.published_on < before.published_on:
        parsed.problems.add("list_older", day=parsed.published_on.isoformat(), number=before.number,
                            other_day=before.published_on.isoformat())
    for rule, was, gone in _gone(parsed, standing, before):
        if gone > was * described.most_gone:
            parsed.problems.add(rule, gone=gone, before=was, number=before.number, share=_percent(Decimal(gone) / was),
                                most=_percent(described.most_gone))


def _gone(parsed: ParsedList, standing: Mapping[str, Listed], before: Before) -> list[tuple[str, int, int]]:
    """Return by rule how many there were and how many of them are gone; of addresses, in the assets that are named."""
    if parsed.assets:
        was = {(asset, canonical(address)) for listed in standing.values() if listed.entry
               for asset, address, _day in listed.entry.addresses if asset in parsed.assets}
        now = {(asset, canonical(address)) for entry in parsed.entries for asset, address, _day in entry.addresses}
        return [("list_fewer_addresses", len(was), len(was - now))]
    keys = {entry.key for entry in parsed.entries}
    names = sum(len(entry.names) for entry in parsed.entries)
    addresses = sum(len(entry.addresses) for entry in parsed.entries)
    return [
        ("list_shrunken", len(standing), len(standing.keys() - keys)),
        ("list_fewer_names", before.name_count, before.name_count - names),
        ("list_fewer_addresses", before.address_count, before.address_count - addresses),
    ]


def _percent(share: Decimal) -> str:
    return f"{share * 100:.1f}%"
