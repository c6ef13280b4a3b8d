"""What measurings of the matching of names say, in the words of the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from aml.models import Scorecard

LABELLED, GENERATED = "labelled", "generated"
TITLES = {
    (LABELLED, "all"): _("Labelled pairs"), (LABELLED, "script"): _("Labelled pairs by script"),
    (LABELLED, "how"): _("Labelled pairs by kind of entry"),
    (GENERATED, "all"): _("Variants of listed names"), (GENERATED, "script"): _("Variants by script"),
    (GENERATED, "how"): _("Variants by kind of difference"),
}
NAMES = {
    "all": _("All"), "case": _("Capitals"), "letter": _("Another letter"), "dropped_letter": _("A letter missing"),
    "swapped_letters": _("Two letters swapped"), "diacritics": _("Diacritics"), "joined": _("Two words joined"),
    "order": _("Order of names"), "initial": _("Initial for a name"), "missing_name": _("A name missing"),
    "transliteration": _("Another transliteration"), "other_name": _("Another name (must not match)"),
    "cyrillic": _("Cyrillic"), "arabic": _("Arabic"), "form": _("Form of company"),
    "article": _("Article"), "simplified": _("Simplified Chinese"), "traditional": _("Traditional Chinese"),
    "hangul": _("Hangul"), "wade_giles": _("Wade–Giles"), "hong_kong": _("Hong Kong spelling"),
    "other_character": _("Another character (must not match)"), "own_script": _("As published in its own script"),
    "random": _("Strangers (must not match)"), "Person": _("Person"), "Company": _("Company"),
    "Organization": _("Organisation"), "LegalEntity": _("Person or organisation"), "Vessel": _("Vessel"),
}


def scorecards() -> QuerySet[Scorecard]:
    """Return every measuring, the latest first."""
    return Scorecard.objects.select_related("labelled")


def groups_of(results: dict[str, Any]) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    """Yield each table of a measuring: its title and its rows."""
    for (part, group), title in TITLES.items():
        if rows := results.get(part, {}).get(group):
            yield title, [row | {"label": NAMES.get(row["name"], row["name"])} for row in rows]


def headline_of(results: dict[str, Any], part: str) -> dict[str, Any]:
    """Return the counts of a part as a whole, or nothing."""
    rows = results.get(part, {}).get("all")
    return rows[0] if rows else {}


def false_alarms(results: dict[str, Any]) -> str:
    """Return which share of strangers was taken for one another."""
    rows = results.get(GENERATED, {}).get("how", [])
    return next((row["false_positives"] for row in rows if row["name"] == "random"), "")
