"""What is known of a coin's pool and of each of its lines on a day, under the names of the rulebook's table of facts.

What nobody can say is None, and a rule that asks for it is then unknown.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np

from core.calendars import HongKongCalendar
from core.models import FeedFile, Organisation
from core.money import ratio
from core.rulebook import Alike
from core.rulebook.facts import FACTS, Scope
from issuers.models import Coin
from reserves.held import Held, first_of_each, held, together
from reserves.lines import HoldingLine
from reserves.pricing import Mark, Marks
from reserves.selectors import ReferenceData, spelled

Facts = dict[str, Any]
#: Senders whose own statement is a source of prices; a figure that the issuer passes on has none.
PRICE_SOURCES = frozenset({Organisation.Kind.CUSTODIAN, Organisation.Kind.BANK})


def licence_of(coin: Coin, day: date) -> Any:
    """Return the licence under which the issuer was on the day: the latest that had taken effect by then."""
    return coin.issuer.licence_on(day)


def coin_facts(
    coin: Coin, as_of: date, *, market_value: Decimal | None, circulation: Decimal | None, stated: Mapping[str, Any]
) -> Facts:
    """Return the facts of scope ``coin``; ``stated`` are those set by the authority or filed by the issuer."""
    licence = licence_of(coin, as_of)
    known = None if market_value is None or circulation is None else ratio(market_value, circulation)
    return {name: value for name, value in stated.items() if Scope.COIN in FACTS[name].scopes} | {
        "as_of": as_of,
        "reserve.market_value": market_value,
        "coin.circulation": circulation,
        "reserve.backing_ratio": known,
        "licence.effective_on": licence.effective_on if licence else None,
    }


def holding_facts(
    lines: Sequence[HoldingLine], line_files: Sequence[int] | np.ndarray, files: Sequence[FeedFile], *,
    coin: Coin, as_of: date, calendar: HongKongCalendar, reference: ReferenceData, stated: Mapping[str, Any],
    pools: Mapping[tuple[str, str], int], marks: Marks,
) -> Alike:
    """Return the facts of scope ``holding`` of the lines, by kind; ``line_files`` gives the file of each line.

    ``marks`` gives each line beside its own value. ``pools`` counts, by account and custodian, the other coins whose
    reserve the account holds too. What is the same for thousands of lines is looked up once.
    """
    common = {name: value for name, value in stated.items() if Scope.HOLDING in FACTS[name].scopes} | {
        "as_of": as_of,
        "coin.currency": coin.reference_currency,
        # The register of approvals is the authority's own: no record of one means that there is none.
        "approval.currency_mismatch": stated.get("approval.currency_mismatch") or False,
    }
    sources = {file.pk: file.sender.slug if file.sender.kind in PRICE_SOURCES else None for file in files}
    known = {*reference.funds, *reference.instruments}
    pool = held(lines)
    file_of = np.asarray(line_files, dtype=np.int64)
    own = [file_of, marks.of, *_covers(pool), *([pool.accounts[0]] if pools else [])]
    special: Collection[str] = frozenset()
    if known:
        names = pool.column("instrument_id"), pool.column("collateral_instrument_id")
        special = {name for each in names for name in set(each) if spelled(name) in known}
        own += [_numbers_of(each, special) for each in names]
    kind_of = together([pool.of, *own])
    firsts = first_of_each(kind_of).tolist()
    lines_of_kinds = pool.kinds if len(firsts) == len(pool.kinds) else pool.at(firsts)
    mark_keys = [mark and _mark_key(mark) for mark in marks.kinds]
    obligors = {name: _obligor(reference, name) for name in {line.obligor for line in lines_of_kinds}}
    custodians = {name: _custodian(reference, name) for name in {line.custodian for line in lines_of_kinds}}
    kinds: dict[tuple[Any, ...], int] = {}
    of_kind: list[int] = []
    facts: list[Facts] = []
    for line, pk, number_of_mark in zip(
        lines_of_kinds, file_of[firsts].tolist(), marks.of[firsts].tolist(), strict=True
    ):
        name = line.instrument_id if line.instrument_id in special else ""
        shared = pools.get((line.account_id, line.custodian), 0)
        collateral = _collateral(reference, line) if line.collateral_value is not None or (
            line.collateral_instrument_id in special) else None
        key = (line.asset_class, line.obligor, line.custodian, line.currency, line.start_date, line.maturity_date,
               line.price_basis, name, shared, collateral, sources[pk], mark_keys[number_of_mark])
        number = kinds.setdefault(key, len(facts))
        of_kind.append(number)
        if number < len(facts):
            continue
        mark = marks.kinds[number_of_mark]
        facts.append(common | obligors[line.obligor] | custodians[line.custodian] | _instrument(reference, name) | {
            "holding.asset_class": line.asset_class,
            "holding.currency": line.currency,
            "holding.term_start": line.start_date,
            "holding.term_end": line.maturity_date,
            "holding.maturity": line.maturity_date,
            "repo.is_overnight": _is_overnight(line, calendar),
            "repo.collateral_eligible": collateral,
            "account.pools": 1 + shared,
            "valuation.price_basis": line.price_basis or None,
            "valuation.price_source": sources[pk],
            # That a bid was taken shows that there was one; whether one was to be had otherwise, no line says.
            "valuation.bid_available": True if line.price_basis == "bid" else None,
        } | (_priced(mark) if mark else {}))
    of = np.array(of_kind, dtype=np.int64)[kind_of]
    return Alike(facts, of, _Names(pool), np.bincount(of, minlength=len(facts)).tolist())


def _numbers_of(values: Sequence[str], known: Collection[str]) -> np.ndarray:
    """Return a number for each value, -1 for those that are not known."""
    numbers: dict[str, int] = {}
    return np.array([-1 if value not in known else numbers.setdefault(value, len(numbers)) for value in values],
                    dtype=np.int64)


def _covers(pool: Held) -> list[np.ndarray]:
    """Return whether the collateral of each line covers it, -1 where none is stated; nothing where none is at all."""
    if not pool.states("collateral_value"):
        return []
    pairs = zip(pool.column("collateral_value"), pool.column("market_value"), strict=True)
    return [np.array([-1 if value is None else int(value >= worth) for value, worth in pairs], dtype=np.int64)]


class _Names:
    """What exceptions say of lines, so that nobody has to look them up; several rules name the same first lines."""

    def __init__(self, pool: Held) -> None:
        self._pool = pool
        self._said: dict[int, dict[str, Any]] = {}

    def __call__(self, rows: list[int]) -> list[dict[str, Any]]:
        lacking = [row for row in rows if row not in self._said]
        for row, line in zip(lacking, self._pool.at(lacking), strict=True):
            self._said[row] = {"line": line_name(line), "account_id": line.account_id,
                               "instrument_id": line.instrument_id, "description": line.description}
        return [self._said[row] for row in rows]


def _mark_key(mark: Mark) -> tuple[Any, ...]:
    """Return all that ``_priced`` reads of a mark."""
    chosen = mark.chosen
    return (mark.gap, mark.tolerance, mark.stale_after, mark.bid_available,
            chosen and (chosen.age, chosen.quote.source))


def _priced(mark: Mark) -> Facts:
    """Return what independent prices say of a line that has a market; they go before what the line itself says."""
    found: Facts = {
        "valuation.mark_gap": mark.gap,
        "valuation.mark_tolerance": mark.tolerance,
        "valuation.price_age_business_days": mark.chosen.age if mark.chosen else None,
        "valuation.stale_after_business_days": mark.stale_after,
    }
    if mark.chosen:
        found["valuation.price_source"] = mark.chosen.quote.source
    if mark.bid_available is not None:
        found["valuation.bid_available"] = mark.bid_available
    return found


def line_name(line: HoldingLine) -> str:
    """Return what a reader calls the line: its account, what is held there, and its row in the file."""
    return f"{line.account_id} · {line.instrument_id or line.line_ref or line.description} · #{line.line}"


def _obligor(reference: ReferenceData, name: str) -> Facts:
    row = reference.obligors.get(spelled(name), {})
    return {
        "obligor.kind": row.get("kind"),
        "obligor.risk_weight": row.get("risk_weight"),
        "obligor.domestic_currency": row.get("domestic_currency") or None,
        "obligor.is_financial_institution": row.get("is_financial_institution"),
    }


def _custodian(reference: ReferenceData, name: str) -> Facts:
    row = reference.custodians.get(spelled(name), {})
    return {
        "custodian.is_licensed_bank": row.get("is_licensed_bank"),
        "custodian.arrangement_accepted": row.get("arrangement_accepted") or False,
    }


def _instrument(reference: ReferenceData, instrument_id: str) -> Facts:
    fund = reference.funds.get(spelled(instrument_id), {})
    accepted = reference.instruments.get(spelled(instrument_id), {})
    return {
        "fund.sole_purpose": fund.get("sole_purpose"),
        "fund.only_eligible_assets": fund.get("only_eligible_assets"),
        "acceptance.granted": accepted.get("accepted") or False,
    }


def _is_overnight(line: HoldingLine, calendar: HongKongCalendar) -> bool | None:
    """Overnight from its first day: the last night of a longer repo is not an overnight repo."""
    if line.start_date is None or line.maturity_date is None:
        return None
    return line.maturity_date <= calendar.next_business_day(line.start_date)


def _collateral(reference: ReferenceData, line: HoldingLine) -> bool | None:
    """Whether the collateral covers the repo and is of a kind that the authority accepted; else not known."""
    if line.collateral_value is not None and line.collateral_value < line.market_value:
        return False
    return reference.instruments.get(spelled(line.collateral_instrument_id), {}).get("accepted")
