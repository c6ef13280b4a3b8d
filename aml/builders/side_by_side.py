"""What fired beside whom it fired on: attribute by attribute, and each part of a name with what it met."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from aml.models import Alert, EntryName, ListEntry, Subject

SAME, SIMILAR, DIFFERENT, MISSING = "same", "similar", "different", "missing"
SAYS: dict[str, tuple[Any, str]] = {
    SAME: (gettext_lazy("Same"), "bad"),
    SIMILAR: (gettext_lazy("Similar"), "warn"),
    DIFFERENT: (gettext_lazy("Different"), "good"),
    MISSING: (gettext_lazy("Missing"), ""),
}
PARTS: dict[str, Any] = {
    "name": gettext_lazy("Name"), "kind": gettext_lazy("Kind"), "birth_date": gettext_lazy("Date of birth"),
    "country": gettext_lazy("Country"), "identifier": gettext_lazy("Identifiers"), "address": gettext_lazy("Address"),
}
#: How two parts of a name met; the codes are those of the algorithm.
HOW: dict[str, Any] = {
    "same": gettext_lazy("Same"), "equal": gettext_lazy("Same"), "one_name": gettext_lazy("Forms of one name"),
    "short_form": gettext_lazy("Short form"), "initial": gettext_lazy("Initial"),
    "sound": gettext_lazy("Sounds alike"), "spelling": gettext_lazy("Spelled alike"),
    "consonants": gettext_lazy("Same consonants"), "joined": gettext_lazy("Written together"),
    "acronym": gettext_lazy("Acronym"), "characters": gettext_lazy("Same characters"),
    "pinyin": gettext_lazy("Mandarin (pinyin)"), "wade_giles": gettext_lazy("Mandarin (Wade–Giles)"),
    "tongyong": gettext_lazy("Mandarin (Tongyong)"),
    "jyutping": gettext_lazy("Cantonese (Jyutping)"), "hong_kong": gettext_lazy("Cantonese (Hong Kong spelling)"),
    "macau": gettext_lazy("Cantonese (Macau spelling)"), "korean": gettext_lazy("Korean reading"),
    "beside": gettext_lazy("Stands beside"), "different": gettext_lazy("Different"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One attribute: what is on record, what is listed, how the two compare and what that gives to the score."""

    part: str
    label: Any
    subject: str
    listed: str
    says: str
    gives: str

    @property
    def mark(self) -> Any:
        return SAYS[self.says][0]

    @property
    def tone(self) -> str:
        return SAYS[self.says][1]


@dataclass(frozen=True, slots=True)
class Token:
    """One part of a name and what it met, each cut into pieces that agree (True) and that do not."""

    query: list[tuple[str, bool]]
    listed: list[tuple[str, bool]]
    how: Any
    score: str


def rows_of(alert: Alert) -> list[Row]:
    """Return the rows of the table of an alert on a name or an address that met an entry; of a detector none."""
    if alert.entry is None or alert.kind not in (Alert.Kind.NAME, Alert.Kind.WALLET):
        return []
    if alert.subject is None:
        return _wallet_rows(alert, alert.entry)
    parts = {each["part"]: each for each in alert.explanation.get("parts", [])}
    record, listed = _of_subject(alert.subject), _of_entry(alert.entry)
    return [_row(part, record[part], listed[part], parts.get(part, {})) for part in PARTS if part in record]


def _row(part: str, subject: str, listed: str, found: dict[str, Any]) -> Row:
    says = found.get("says", "")
    if says not in SAYS:
        says = MISSING if not (subject and listed) else SAME if subject == listed else DIFFERENT
    return Row(part, PARTS[part], subject, listed, says, str(found.get("gives", "")))


def _of_subject(subject: Subject) -> dict[str, str]:
    return {
        "name": _lines((subject.name_en, subject.name_zh, *subject.other_names)),
        "kind": str(subject.get_kind_display()),
        "birth_date": subject.birth_date.isoformat() if subject.birth_date else "",
        "country": subject.country, "identifier": identifiers(subject.identifiers),
    }


def _of_entry(entry: ListEntry) -> dict[str, str]:
    return {
        "name": _lines(name.name for name in entry.names.all()) or entry.name,
        "kind": "" if entry.kind == ListEntry.Kind.UNKNOWN else str(entry.get_kind_display()),
        "birth_date": _lines(entry.birth_dates), "country": _lines(entry.countries),
        "identifier": identifiers(entry.identifiers),
    }


def _wallet_rows(alert: Alert, entry: ListEntry) -> list[Row]:
    wallet = alert.wallet
    if wallet is None:
        return []
    listed = [row.address for row in entry.addresses.all() if row.canonical == wallet.canonical]
    address = Row("address", PARTS["address"], wallet.address, _lines(listed), SAME if listed else MISSING, "")
    return [address, Row("name", PARTS["name"], "", _lines(name.name for name in entry.names.all()), MISSING, "")]


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(dict.fromkeys(text for text in texts if text))


def identifiers(rows: Iterable[dict[str, Any]]) -> str:
    """Return identifiers as lines: what kind, its number, whose."""
    return _lines(
        " ".join(filter(None, (str(row.get("kind", "")).replace("_", " "), str(row.get("value", "")),
                               f"({row['country']})" if row.get("country") else "")))
        for row in rows
    )


def tokens_of(explanation: dict[str, Any]) -> list[Token]:
    """Return the parts of the two names, beside what each met."""
    return [
        Token(*agreeing(token["query"], token["listed"]), HOW.get(token["how"], token["how"]), token["score"])
        for token in explanation.get("name", {}).get("tokens", [])
    ]


def agreeing(one: str, other: str) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """Return both texts cut into pieces, each with whether the other text has it at that place."""
    blocks = difflib.SequenceMatcher(None, one.casefold(), other.casefold(), autojunk=False).get_matching_blocks()
    if len(one.casefold()) != len(one) or len(other.casefold()) != len(other):  # folding changed the places
        blocks = difflib.SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return (_cut(one, [(each.a, each.size) for each in blocks]), _cut(other, [(each.b, each.size) for each in blocks]))


def _cut(text: str, blocks: Sequence[tuple[int, int]]) -> list[tuple[str, bool]]:
    pieces, at = [], 0
    for start, size in blocks:
        pieces += [(text[at:start], False), (text[start:start + size], True)]
        at = start + size
    return [piece for piece in pieces if piece[0]]


def names_by_kind(entry: ListEntry) -> list[tuple[Any, str]]:
    """Return every published name of an entry with what kind of name it is."""
    return [(EntryName.Kind(row.kind).label, row.name) for row in entry.names.all()]


