"""Is this licensed? One answer to whatever is typed: name in any script, number, symbol, address, website."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from core import clock
from issuers.likeness import (
    fold_address,
    fold_number,
    fold_site,
    fold_symbol,
    part_of_name,
    resembles,
    resembles_address,
    same_name,
)
from issuers.models import PublicWarning, RegisterEntry
from issuers.selectors.register import Entry, entries, latest_entries
from issuers.selectors.warnings import published_warnings

VERDICTS = ("warning", "licensed", "not_yet", "suspended", "was_licensed", "several", "no_exact_entry", "not_found")


@dataclass(frozen=True)
class Hit:
    """An entry that is exactly what was asked for: by what, its standing, and whether only an earlier version was.

    ``now`` is the entry that the same issuer has under another number, where this one has ended.
    """

    entry: Entry
    matched: str
    standing: str
    former: bool = False
    now: Entry | None = None


@dataclass(frozen=True)
class Near:
    """An entry that is not what was asked for but could be meant, and why: part, resembles or other_chain."""

    entry: Entry
    why: str
    standing: str


@dataclass
class Answer:
    """What the register and the warning list say of a query, warnings first."""

    query: str
    warnings: list[PublicWarning] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)
    near: list[Near] = field(default_factory=list)
    near_warnings: list[PublicWarning] = field(default_factory=list)

    @property
    def verdict(self) -> str:
        """One of ``VERDICTS``: a warning outweighs everything, a likeness is no entry."""
        if self.warnings:
            return "warning"
        # An issuer that was licensed before under another number is what it is now.
        numbers = {hit.entry.number for hit in self.hits}
        hits = [hit for hit in self.hits if hit.now is None or hit.now.number not in numbers]
        standings = {"was_licensed" if hit.standing == "ended" else hit.standing for hit in hits}
        if standings:
            return standings.pop() if len(standings) == 1 else "several"
        return "no_exact_entry" if self.near or self.near_warnings else "not_found"


def match(query: str, entry: Entry) -> str:
    """Return by what the query names the entry exactly: number, symbol, contract, website, name, or ""."""
    if fold_number(query) and fold_number(query) == fold_number(entry.number):
        return "number"
    if any(fold_symbol(query) == fold_symbol(coin.symbol) for coin in entry.coins):
        return "symbol"
    if _on_chain(query, entry) is True:
        return "contract"
    if fold_site(query) and fold_site(query) == fold_site(entry.website):
        return "website"
    return "name" if any(same_name(query, name) for name in entry.names) else ""


def entries_named(query: str, shown: Iterable[Entry]) -> list[Entry]:
    """Return the entries that the query names, or of whose name it is a part."""
    return [entry for entry in shown if match(query, entry) or any(part_of_name(query, name) for name in entry.names)]


def _on_chain(query: str, entry: Entry) -> bool | None:
    """Return whether a contract of the entry was asked for; None if its address on another chain was."""
    asked, found = fold_address(query), False
    for coin in entry.coins:
        for at in coin.deployments:
            there = fold_address(at.caip10)
            if asked.contract and asked.contract == there.contract:
                if asked.chain in ("", there.chain, there.chain.partition(":")[0]):
                    return True
                found = True
    return None if found else False


def check(query: str, as_at: date | None = None) -> Answer:
    """Return the verdict on what somebody asked, of now or of the end of a day in Hong Kong.

    Licensees are few: every version of every entry is read and compared here, because no database folds widths,
    scripts, punctuation and look-alikes the way a reader does.
    """
    answer = Answer(query)
    warnings = published_warnings(as_at)
    answer.warnings = [warning for warning in warnings if is_warned_of(query, warning)]
    current = latest_entries(as_at)
    on = as_at or clock.today()
    held = {entry.issuer_id: entry for entry in current if entry.is_shown}
    for entry in current:
        if by := match(query, entry):
            answer.hits.append(Hit(entry, by, entry.standing(on)))
    answer.hits += _former_hits(query, current, {hit.entry.number for hit in answer.hits}, on)
    answer.hits = [
        hit if hit.entry.is_shown else replace(hit, now=held.get(hit.entry.issuer_id)) for hit in answer.hits
    ]
    answer.hits.sort(key=lambda hit: hit.now is not None)  # who is licensed again is licensed, first of all
    if not answer.hits:
        answer.near = [
            Near(entry, why, entry.standing(on)) for entry in current
            if entry.is_shown and (why := _nearness(query, entry))
        ]
    if not answer.warnings:
        answer.near_warnings = [warning for warning in warnings if _nearly_warned_of(query, warning)]
    return answer


def _former_hits(query: str, current: list[Entry], known: set[str], on: date) -> list[Hit]:
    """Return the entries whose earlier versions were what is asked for: a former name, a contract taken out."""
    by_licence = {entry.row.licence_id: entry for entry in current}
    hits: dict[str, Hit] = {}
    for row in RegisterEntry.objects.select_related("licence").order_by("licence_id", "-version"):
        entry = by_licence.get(row.licence_id)
        if entry is None or entry.number in known or row.version >= entry.version:
            continue
        if by := match(query, Entry(row)):
            hits.setdefault(entry.number, Hit(entry, by, entry.standing(on), former=True))
    return list(hits.values())


def _nearness(query: str, entry: Entry) -> str:
    if any(part_of_name(query, name) for name in entry.names):
        return "part"
    if _on_chain(query, entry) is None:
        return "other_chain"
    texts = [entry.number, *entry.names, *(coin.symbol for coin in entry.coins)]
    addresses = [at.contract for coin in entry.coins for at in coin.deployments]
    alike = any(resembles(query, text) for text in texts) or any(resembles_address(query, text) for text in addresses)
    return "resembles" if alike else ""


def is_warned_of(query: str, warning: PublicWarning) -> bool:
    """Say whether a published warning is of exactly what was asked."""
    if any(same_name(query, name) for name in (warning.name_en, warning.name_zh_hant, warning.name_zh_hans)):
        return True
    if warning.token and fold_symbol(query) == fold_symbol(warning.token):
        return True
    if fold_site(query) and fold_site(query) == fold_site(warning.website):
        return True
    # A contract that is warned of is warned of on every chain.
    return bool(warning.contract) and fold_address(query).contract == fold_address(warning.contract).contract


def _nearly_warned_of(query: str, warning: PublicWarning) -> bool:
    names = [name for name in (warning.name_en, warning.name_zh_hant, warning.name_zh_hans) if name]
    if any(part_of_name(query, name) for name in names):
        return True
    return any(resembles(query, text) for text in (*names, warning.token) if text)


def resembled_entries(texts: list[str]) -> list[Entry]:
    """Return the entries whose names or symbols one of the texts is or resembles, for who drafts a warning."""
    texts = [text for text in texts if text.strip()]
    return [
        entry for entry in entries()
        if any(match(text, entry) or _nearness(text, entry) in ("part", "resembles") for text in texts)
    ]
