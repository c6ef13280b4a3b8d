"""What came of a planted world: what was found held against what was planted, by cause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from core.access import SYSTEM
from issuers.models import Coin
from reserves.services.days import run_day
from tests.reserves.planted import Day, Planted, days_of, send


@dataclass
class Found:
    """What came of the days: differences planted and found, by cause how many parts were right."""

    planted: int = 0
    kinds: set[str] = field(default_factory=set)
    missed: list[Planted] = field(default_factory=list)
    invented: list[dict[str, Any]] = field(default_factory=list)
    wrong: list[tuple[Planted, dict[str, Any]]] = field(default_factory=list)
    parts: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    expected: Counter[str] = field(default_factory=Counter)
    explained: Decimal = Decimal(0)
    total: Decimal = Decimal(0)
    stray_residual: Decimal = Decimal(0)
    joined: Counter[str] = field(default_factory=Counter)  # missed, invented and wrong of other processes

    def add(self, day: Day, result: dict[str, Any]) -> None:
        """Hold what was found on a day against what was planted in it."""
        found = {_where(each): each for each in result["breaks"]}
        self.planted += len(day.planted)
        self.kinds |= {planted.kind for planted in day.planted}
        for planted in day.planted:
            one = found.pop(planted.where, None)
            if one is None:
                self.missed.append(planted)
                continue
            parts = {part["cause"]: Decimal(part["amount"]) for part in one["parts"]}
            wanted, residual = dict(planted.parts), Decimal(one["residual"])
            self.expected.update(list(wanted))
            self.parts.update(list(parts))
            self.right.update(cause for cause, amount in parts.items() if wanted.get(cause) == amount)
            if parts != wanted or residual != planted.residual:
                self.wrong.append((planted, one))
            self.total += abs(Decimal(one["difference"]) - planted.residual)
            self.explained += abs(sum(parts.values(), Decimal(0)))
            self.stray_residual += abs(residual - planted.residual)
        self.invented += found.values()

    @property
    def missed_count(self) -> int:
        return len(self.missed) + self.joined["missed"]

    @property
    def invented_count(self) -> int:
        return len(self.invented) + self.joined["invented"]

    @property
    def wrong_count(self) -> int:
        return len(self.wrong) + self.joined["wrong"]

    def as_data(self) -> dict[str, Any]:
        """What another process needs to join this to its own."""
        counted = {"missed": self.missed_count, "invented": self.invented_count, "wrong": self.wrong_count}
        amounts = {name: str(getattr(self, name)) for name in ("explained", "total", "stray_residual")}
        return {"planted": self.planted, "counted": counted, "amounts": amounts, "parts": self.parts,
                "right": self.right, "expected": self.expected}

    def join(self, other: dict[str, Any]) -> None:
        """Add what came of other coins."""
        self.planted += other["planted"]
        self.joined.update(other["counted"])
        for name in ("parts", "right", "expected"):
            getattr(self, name).update(other[name])
        for name, amount in other["amounts"].items():
            setattr(self, name, getattr(self, name) + Decimal(amount))

    def table(self) -> str:
        """What a person reads: by cause, how many were planted, found and right."""
        lines = [f"{'cause':<24}{'planted':>9}{'found':>9}{'right':>9}{'precision':>11}"]
        for cause in sorted(self.expected | self.parts):
            found = self.parts[cause]
            share = f"{100 * self.right[cause] / found:.1f} %" if found else "-"
            lines.append(f"{cause:<24}{self.expected[cause]:>9}{found:>9}{self.right[cause]:>9}{share:>11}")
        share = 100 * self.explained / self.total if self.total else Decimal(100)
        lines += [f"differences planted {self.planted}, missed {self.missed_count}, "
                  f"invented {self.invented_count}, taken apart otherwise {self.wrong_count}",
                  f"explained {share:.2f} % of what has a cause; residual beyond what has none {self.stray_residual}"]
        return "\n".join(lines)


def _where(found: dict[str, Any]) -> tuple[str, str, str]:
    if found["comparison"] == "par_supply":
        return ("", "par", found["currency"])
    name = found["instrument_id"] or found["line_ref"] or found["asset_class"]
    return (found["account_id"], name, found["currency"])


def play(
    coins: Iterable[Coin], first: date, count: int, *, seed: int, per_day: int, share: tuple[int, int] = (0, 1)
) -> Found:
    """Send and judge every day of every coin, or of every other one; return what was found of what was planted."""
    found = Found()
    for number, coin in enumerate(coins):
        if number % share[1] != share[0]:
            continue
        for day in days_of(coin.symbol, first, count, seed, per_day, offset=number * 8):
            send(coin, day)
            found.add(day, run_day(coin, day.as_of, actor=SYSTEM))
    return found
