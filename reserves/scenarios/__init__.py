"""Stress scenarios as data: dated TOML files beside this module, and the same shape given by officers.

What a scenario assumes is its own and no law: SUP 6.4.6-6.4.7 ask for severe but plausible stress and set no figures.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.errors import Refused
from reserves.lines import ASSET_CLASSES

HERE = Path(__file__).parent
LARGEST = "largest"
MOST_DAYS, MOST_BP = 250, 10_000
TITLES = ("title", "title_zh_hant", "title_zh_hans")
_SHARE = re.compile(r"[01](\.[0-9]{1,18})?")
VERSION_KEYS = {
    "from", "source", "redemption_share", "redemption_profile", "rate_bp", "rate_classes", "price_falls", "custodian",
    "custodian_days", "custodian_lost", "sales",
}


class ScenarioInvalid(Refused):
    """The data make no scenario; ``problems`` names everything that is wrong with them."""

    default_code = "scenario_invalid"

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True, slots=True)
class Sale:
    """How a class turns into cash before it matures: business days until paid, and the part of its value given up."""

    days_to_cash: int
    discount: Fraction


@dataclass(frozen=True, slots=True)
class Scenario:
    """One version of one scenario. Shares are exact; a class without a ``sale`` is kept until it matures.

    ``profile`` weighs the redemptions of each business day; ``custodian`` is the name of the one that fails,
    ``largest``, or empty if none does; without ``custodian_days`` its assets stay out of reach throughout.
    """

    code: str
    titles: tuple[str, str, str]
    valid_from: date
    source: str
    redemption_share: Fraction = Fraction(0)
    profile: tuple[int, ...] = (1,)
    rate_bp: int = 0
    rate_classes: frozenset[str] = frozenset()
    price_falls: Mapping[str, Fraction] = field(default_factory=dict)
    custodian: str = ""
    custodian_days: int | None = None
    custodian_lost: Fraction = Fraction(0)
    sales: Mapping[str, Sale] = field(default_factory=dict)


@lru_cache(maxsize=1)
def shipped() -> tuple[Scenario, ...]:
    """Every version of every scenario that comes with the platform, in the order of the files.

    Raises:
        ScenarioInvalid: with every problem of every file.
    """
    found: list[Scenario] = []
    problems: list[str] = []
    for path in sorted(HERE.glob("*.toml")):
        try:
            found += read(path.read_bytes())
        except ScenarioInvalid as invalid:
            problems += [f"{path.name}: {problem}" for problem in invalid.problems]
    if problems:
        raise ScenarioInvalid(problems)
    return tuple(found)


def in_force(scenarios: Iterable[Scenario], day: date) -> list[Scenario]:
    """The version of each scenario that counts on the day; none of those that begin later."""
    latest: dict[str, Scenario] = {}
    for each in scenarios:
        if each.valid_from <= day and (each.code not in latest or each.valid_from >= latest[each.code].valid_from):
            latest[each.code] = each
    return list(latest.values())


def read(raw: bytes) -> list[Scenario]:
    """The scenarios of one file: ``[sales.CLASS]`` for all, ``[[scenario]]`` each with its ``[[scenario.version]]``.

    Raises:
        ScenarioInvalid: with everything that is wrong with it.
    """
    try:
        data = tomllib.loads(raw.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ScenarioInvalid([f"not TOML: {error}"])
    found, problems = [], [f"unknown key {key!r}" for key in sorted(set(data) - {"sales", "scenario"})]
    for entry in data.get("scenario", []):
        code = str(entry.get("id", "?"))
        titles = tuple(str(entry.get(name, "")) for name in TITLES)
        problems += [f"{code}: {name} is missing" for name, text in zip(("id", *TITLES), (entry.get("id"), *titles),
                                                                      strict=True) if not text]
        problems += [f"{code}: unknown key {key!r}" for key in sorted(set(entry) - {"id", "version", *TITLES})]
        for version in entry.get("version", []):
            try:
                shared = {**data.get("sales", {}), **version.get("sales", {})}
                found.append(scenario(code, titles, {**version, "sales": shared}))  # type: ignore[arg-type]
            except ScenarioInvalid as invalid:
                problems += invalid.problems
    if problems:
        raise ScenarioInvalid(problems)
    return found


def scenario(code: str, titles: tuple[str, str, str], version: Mapping[str, Any]) -> Scenario:
    """One version from its data: shares as decimal text (``"0.10"``), days and basis points as whole numbers.

    Raises:
        ScenarioInvalid: with everything that is wrong with it.
    """
    said = _Said(code, version)
    made = Scenario(
        code=code, titles=titles, valid_from=said.day("from"), source=said.text("source"),
        redemption_share=said.share("redemption_share"), profile=said.profile("redemption_profile"),
        rate_bp=said.whole("rate_bp", MOST_BP) or 0, rate_classes=frozenset(said.classes("rate_classes")),
        price_falls={name: said.part(f"price_falls.{name}", value) for name, value in said.by_class("price_falls")},
        custodian=str(version.get("custodian", "")).strip(), custodian_days=said.whole("custodian_days", MOST_DAYS),
        custodian_lost=said.share("custodian_lost"),
        sales={name: said.sale(f"sales.{name}", value) for name, value in said.by_class("sales")},
    )
    if made.rate_bp and not made.rate_classes:
        said.wrong("rate_classes names no class although rates move")
    if not made.custodian and (made.custodian_days is not None or made.custodian_lost):
        said.wrong("custodian is missing although one fails")
    if not (made.redemption_share or made.rate_bp or made.price_falls or made.custodian):
        said.wrong("nothing happens in it")
    if said.problems:
        raise ScenarioInvalid(said.problems)
    return made


class _Said:
    """Reads the values of one version and collects what is wrong with them."""

    def __init__(self, code: str, data: Mapping[str, Any]) -> None:
        self.code, self.data, self.problems = code, data, list[str]()
        for key in sorted(set(data) - VERSION_KEYS):
            self.wrong(f"unknown key {key!r}")

    def wrong(self, text: str) -> None:
        self.problems.append(f"{self.code}: {text}")

    def text(self, name: str) -> str:
        value = str(self.data.get(name, "")).strip()
        if not value:
            self.wrong(f"{name} is missing")
        return value

    def day(self, name: str) -> date:
        value = self.data.get(name)
        if isinstance(value, date):
            return value
        self.wrong(f"{name} is not a day")
        return date.min

    def share(self, name: str) -> Fraction:
        return self.part(name, self.data.get(name, "0"))

    def part(self, name: str, value: Any) -> Fraction:
        part = Fraction(value) if isinstance(value, str) and _SHARE.fullmatch(value) else None
        if part is None or not 0 <= part <= 1:
            self.wrong(f"{name} is not a share from \"0\" to \"1\": {value!r}")
            return Fraction(0)
        return part

    def whole(self, name: str, most: int) -> int | None:
        value = self.data.get(name)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
            self.wrong(f"{name} is not a whole number from 0 to {most}: {value!r}")
            return None
        return value

    def profile(self, name: str) -> tuple[int, ...]:
        value = self.data.get(name, [1])
        sound = isinstance(value, Sequence) and not isinstance(value, str) and 0 < len(value) <= MOST_DAYS
        if not sound or any(not isinstance(each, int) or each < 0 for each in value) or not any(value):
            self.wrong(f"{name} is not a list of up to {MOST_DAYS} weights, not all 0")
            return (1,)
        return tuple(value)

    def classes(self, name: str) -> list[str]:
        return [each for each in self.data.get(name, []) if self._known(name, each)]

    def by_class(self, name: str) -> list[tuple[str, Any]]:
        return [(each, value) for each, value in self.data.get(name, {}).items() if self._known(name, each)]

    def sale(self, name: str, value: Any) -> Sale:
        days = value.get("days") if isinstance(value, Mapping) else None
        if not isinstance(days, int) or isinstance(days, bool) or not 0 <= days <= MOST_DAYS:
            self.wrong(f"{name}.days is not a whole number from 0 to {MOST_DAYS}")
            return Sale(0, Fraction(0))
        return Sale(days, self.part(f"{name}.discount", value.get("discount", "0")))

    def _known(self, name: str, asset_class: str) -> bool:
        if asset_class in ASSET_CLASSES:
            return True
        self.wrong(f"{name} names {asset_class!r}, which is no asset class")
        return False
