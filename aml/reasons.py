"""The reasons for which an alert may be decided, by dated versions of the authority's policy (``reasons.toml``)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path


def _(text: str) -> str:
    """Mark a text for the translators' catalogue; it is translated where it is shown."""
    return text


#: What each reason is called; one that a policy no longer has keeps its name for what was decided by it.
TITLES = {
    "different_birth_date": _("The dates of birth differ"),
    "different_country": _("The countries differ"),
    "different_identifier": _("The identifiers differ"),
    "different_kind": _("One is a person, the other is not"),
    "common_name": _("Only a common name agrees, and nothing else does"),
    "explained_activity": _("The activity is explained and has no link to the listed party"),
    "more_information": _("More information is needed"),
    "asked_another": _("Another authority or the issuer's supervisor was asked"),
    "same_identifier": _("An identifier is the same"),
    "same_particulars": _("Name and particulars agree, and nothing contradicts"),
    "same_address": _("The digital-currency address is the same"),
    "other": _("Another reason, in words"),
}


class NotInForce(LookupError):
    """No version of the policy is in force on the day: nothing can be decided by it."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason; ``outcomes`` are those for which it may be given, ``text`` whether it asks for words."""

    code: str
    title: str
    outcomes: tuple[str, ...]
    text: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of the policy."""

    number: str
    start: date
    reasons: tuple[Reason, ...]

    def reason(self, code: str, outcome: str) -> Reason | None:
        """Return the reason if the policy lets it be given for the outcome."""
        return next((each for each in self.reasons if each.code == code and outcome in each.outcomes), None)


@cache
def policies() -> tuple[Policy, ...]:
    """Return every version of the policy, the latest first.

    Raises:
        ValueError: a reason has no title, is there twice, or two versions begin on one day.
    """
    raw = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    found = [Policy(each["number"], each["from"], _reasons(each)) for each in raw["version"]]
    if len({each.start for each in found}) < len(found):
        raise ValueError("two versions of the policy begin on one day")
    return tuple(sorted(found, key=lambda each: each.start, reverse=True))


def _reasons(version: dict) -> tuple[Reason, ...]:
    codes = [row["code"] for row in version["reason"]]
    if unknown := [code for code in codes if code not in TITLES or codes.count(code) > 1]:
        raise ValueError(f"policy {version['number']}: reasons without title or given twice: {unknown}")
    return tuple(
        Reason(row["code"], TITLES[row["code"]], tuple(row["outcomes"]), row.get("text", False))
        for row in version["reason"]
    )


def policy_on(day: date) -> Policy:
    """Return the version in force on the day.

    Raises:
        NotInForce: there is none.
    """
    found = next((each for each in policies() if each.start <= day), None)
    if found is None:
        raise NotInForce(day)
    return found
