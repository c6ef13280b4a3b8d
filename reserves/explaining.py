"""What explains a difference: the facts that lines, bank entries and independent prices hold of one position."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

from core.money import EXACT, minor_units
from reserves.causes import (
    AT_PRINCIPAL,
    BALANCES,
    Cause,
    cause_of_booked,
    cause_of_entry,
    cause_of_held,
    shown_only_on,
    smallest_unit,
)
from reserves.columns import instrument
from reserves.evidence import EntryLine, Known, PriceLine, Row
from reserves.lines import HoldingLine, LedgerLine
from reserves.pairing import Pairing, pair, total
from reserves.positions import Position
from reserves.solving import Explained, Fact, Part, explained, solve

MAX_LINES = 20  # of each side in the evidence; the count says how many there are
#: What accrues is small beside the principal; more than a tenth of it is no accrual.
MOST_ACCRUED = Decimal("0.1")
_HALF_EVEN = Context(prec=100, rounding=ROUND_HALF_EVEN)
_MISSING = (Cause.MISSING_AT_CUSTODIAN, Cause.MISSING_IN_BOOKS)
_DATES = ("booked_on", "value_on", "start_date", "maturity_date")


@dataclass(frozen=True, slots=True)
class Explanation:
    """The cause of a difference as one word, the parts that sum to it with the residual, and its lines."""

    cause: Cause
    parts: tuple[Part, ...]
    residual: Decimal
    evidence: dict[str, Any] = field(default_factory=dict)


def explain(position: Position, known: Known, *, other_key: str = "") -> Explanation:
    """Explain a position that differs. `other_key` is the position that the other side has in another currency."""
    pairing = pair(position)
    if other_key:
        found = explained(position.difference, [_whole(position, known, Cause.CURRENCY_DIFFERS)])
    elif position.left is None or position.right is None:
        found = _one_sided(position, known)
    else:
        found = solve(position.difference, _facts(position, pairing, known))
    evidence = _evidence(position, pairing, known, found)
    if other_key:
        evidence["other_key"] = other_key
    return Explanation(_named(position, found), found.parts, found.residual, evidence)


def _named(position: Position, found: Explained) -> Cause:
    """The largest part's cause where the parts are all of it; else what kind of difference is not explained."""
    if found.parts and not found.residual:
        return max(found.parts, key=lambda part: abs(part.amount)).cause
    if position.right is None:
        return Cause.MISSING_AT_CUSTODIAN
    if position.left is None:
        return Cause.MISSING_IN_BOOKS
    return Cause.FACE_DIFFERS if position.on_face else Cause.VALUE_DIFFERS


def _whole(position: Position, known: Known, cause: Cause) -> Fact:
    rows = [*(_booked(position, line, known) for line in position.books),
            *(_held(position, line, known) for line in position.custodian)]
    return Fact(cause, position.difference, tuple(rows))


def _one_sided(position: Position, known: Known) -> Explained:
    """Each line of a position that only one side knows is missing on the other, or says itself why it is not there."""
    facts = [_of_booked(position, line, known) for line in position.books]
    facts += [_of_held(position, line, known) for line in position.custodian]
    return explained(position.difference, facts)


def _facts(position: Position, pairing: Pairing, known: Known) -> list[Fact]:
    books, custodian = list(pairing.books), list(pairing.custodian)
    couples = _couples(books, custodian, known)
    facts = [fact for booked, held in couples for fact in _of_couple(position, booked, held, known)]
    coupled = {booked.id for booked, _ in couples}, {held.id for _, held in couples}
    facts += [_of_booked(position, line, known) for line in books if line.id not in coupled[0]]
    facts += [_of_held(position, line, known) for line in custodian if line.id not in coupled[1]]
    if position.asset_class in BALANCES:
        for entry in known.entries.get((position.account_id, position.currency), ()):
            facts += _of_entry(entry, known)
    if abs(position.difference) <= smallest_unit(position.currency):
        facts.append(Fact(Cause.ROUNDING, position.difference, (), stands=True))
    return facts


def _couples(
    books: Sequence[LedgerLine], custodian: Sequence[HoldingLine], known: Known
) -> list[tuple[LedgerLine, HoldingLine]]:
    """The lines that are the same asset with different amounts: of one reference, or the last of each side.

    A line that says itself why the other side has not got it is not half of a couple.
    """
    books = [line for line in books if cause_of_booked(line, known)[0] in _MISSING]
    custodian = [line for line in custodian if cause_of_held(line, known)[0] in _MISSING]
    if len(books) == len(custodian) == 1:
        return [(books[0], custodian[0])]
    by_reference: dict[str, tuple[list[LedgerLine], list[HoldingLine]]] = {}
    for booked in books:
        by_reference.setdefault(booked.line_ref, ([], []))[0].append(booked)
    for held in custodian:
        by_reference.setdefault(held.line_ref, ([], []))[1].append(held)
    return [(left[0], right[0]) for reference, (left, right) in by_reference.items()
            if reference and len(left) == len(right) == 1]


# --- the facts of lines ----------------------------------------------------------------------------------------------
def _of_booked(position: Position, line: LedgerLine, known: Known) -> Fact:
    amount, (cause, until) = position.booked(line), cause_of_booked(line, known)
    doubled = cause in _MISSING and _comes_again(line, position.books, position.booked)
    return Fact(Cause.DUPLICATE if doubled else cause, amount, (_booked(position, line, known),),
                stands=doubled or cause not in _MISSING, note=_until(until))


def _of_held(position: Position, line: HoldingLine, known: Known) -> Fact:
    amount, (cause, until) = position.held(line), cause_of_held(line, known)
    doubled = cause in _MISSING and _comes_again(line, position.custodian, position.held)
    return Fact(Cause.DUPLICATE if doubled else cause, EXACT.minus(amount), (_held(position, line, known),),
                stands=doubled or cause not in _MISSING, note=_until(until))


def _comes_again(line: Any, lines: Sequence[Any], amount: Callable[[Any], Decimal]) -> bool:
    """Whether its side has said the same before."""
    return any((other.line, other.id) < (line.line, line.id) and other.line_ref == line.line_ref
               and amount(other) == amount(line) for other in lines)


def _of_couple(position: Position, booked: LedgerLine, held: HoldingLine, known: Known) -> Iterable[Fact]:
    """What two statements of one asset may differ by: what accrued, whose price, a rounding."""
    rows = (_booked(position, booked, known), _held(position, held, known))
    unit = smallest_unit(position.currency)
    difference = EXACT.subtract(position.booked(booked), position.held(held))
    if abs(difference) <= unit:
        yield Fact(Cause.ROUNDING, difference, rows, stands=True)
    if position.on_face:
        return
    accrued = Decimal(0)
    if held.face_value is not None:
        clean = _clean(held, held.face_value)
        accrued = EXACT.subtract(held.market_value, clean) if clean is not None else Decimal(0)
        if _may_accrue(accrued, held.face_value):
            yield Fact(Cause.ACCRUED_INTEREST, EXACT.minus(accrued), (rows[1],),
                       stands=True, note=(("principal", f"{clean:f}"),))
        else:
            accrued = Decimal(0)
    if booked.face_value is not None and booked.asset_class in AT_PRINCIPAL:
        over = EXACT.subtract(booked.book_value, booked.face_value)
        if _may_accrue(over, booked.face_value):
            yield Fact(Cause.ACCRUED_INTEREST, over, (rows[0],), stands=True,
                       note=(("principal", f"{booked.face_value:f}"),))
    face = held.face_value if held.face_value is not None else booked.face_value
    if face is not None:
        clean = EXACT.subtract(held.market_value, accrued)
        yield from _of_prices(booked.book_value, clean, face, rows, known.prices.get(_name(booked, held), ()),
                              position.currency)


def _name(booked: LedgerLine, held: HoldingLine) -> str:
    return instrument(held.instrument_id or booked.instrument_id)


def _clean(held: HoldingLine, face: Decimal) -> Decimal | None:
    """What the custodian's line is worth without what has accrued on it: at its own price, or at its principal."""
    if held.asset_class in AT_PRINCIPAL:
        return face
    if held.price is None:
        return None
    return at_price(face, held.price, held.currency)


def _may_accrue(amount: Decimal, principal: Decimal) -> bool:
    return 0 < amount <= EXACT.multiply(abs(principal), MOST_ACCRUED)


def at_price(face: Decimal, price: Decimal, currency: str) -> Decimal:
    """What a nominal is worth at a price per 100, in whole minor units, half to even."""
    exact = EXACT.scaleb(EXACT.multiply(face, price), -2)
    return exact.quantize(Decimal(1).scaleb(-minor_units(currency)), context=_HALF_EVEN)


def _of_prices(
    book_value: Decimal, clean: Decimal, face: Decimal, rows: tuple[Row, ...], prices: Sequence[PriceLine],
    currency: str,
) -> Iterable[Fact]:
    """The two sides use different prices, if one of them is at the independent price and the other is not."""
    difference = EXACT.subtract(book_value, clean)
    for price in prices:
        if price.currency != currency:
            continue
        for name, quoted in (("bid", price.bid), ("mid", price.mid), ("ask", price.ask)):
            if quoted is None:
                continue
            value = at_price(face, quoted, currency)
            side = "custodian" if value == clean else "books" if value == book_value else ""
            if difference and side:
                shown = Row("prices", price.file, price.line, quoted, price.source)
                yield Fact(Cause.PRICE_SOURCE, difference, (rows[0], shown), stands=True,
                           note=(("quote", name), ("at_quote", side), ("value", f"{value:f}")))
                return


def _of_entry(entry: EntryLine, known: Known) -> list[Fact]:
    """What a movement at the bank would explain: the books lack it, or one side has it before its value date."""
    cause, until = cause_of_entry(entry, known)
    row = Row("entries", entry.file, entry.line, entry.amount, entry.description or entry.entry_ref)
    facts = [Fact(cause, EXACT.minus(entry.amount), (row,), note=_until(until))]
    if until is not None:
        facts.append(Fact(cause, entry.amount, (row,), note=_until(until)))
    return facts


def _until(day: Any) -> tuple[tuple[str, str], ...]:
    return () if day is None else (("until", day.isoformat()),)


def _booked(position: Position, line: LedgerLine, known: Known) -> Row:
    return Row("books", known.books.get(line.id), line.line, position.booked(line), line.description)


def _held(position: Position, line: HoldingLine, known: Known) -> Row:
    return Row("custodian", known.custodian.get(line.id), line.line, position.held(line), line.description)


# --- what is shown ---------------------------------------------------------------------------------------------------
def _evidence(position: Position, pairing: Pairing, known: Known, found: Explained) -> dict[str, Any]:
    """The lines of both sides (JSON-able; amounts are strings) and how many of them agree one with another."""
    left = {line.id for line in pairing.books}, {line.id for line in pairing.custodian}
    evidence: dict[str, Any] = {
        "measure": "face_value" if position.on_face else "value",
        "met_on": position.level,
        "books": _shown([(line, position.booked(line)) for line in position.books], known.books, left[0]),
        "books_lines": len(position.books),
        "custodian": _shown([(line, position.held(line)) for line in position.custodian], known.custodian, left[1]),
        "custodian_lines": len(position.custodian),
        "paired": dict(sorted(Counter(
            "1:1" if len(each.books) == len(each.custodian) else "1:n" if len(each.books) == 1 else "n:1"
            for each in pairing.pairs
        ).items())),
    }
    late = [(position.booked(line), until) for line in position.books
            if line.id in left[0] and (until := shown_only_on(line, known)) is not None]
    if late:
        evidence["in_transit"] = f"{total(amount for amount, _ in late):f}"
        evidence["in_transit_until"] = max(until for _, until in late).isoformat()
    for part in found.parts:
        if part.cause is Cause.DUPLICATE:
            evidence["doubled"] = f"{abs(part.amount):f}"
    return evidence


def _shown(lines: Sequence[tuple[Any, Decimal]], files: Any, left: set[int]) -> list[dict[str, Any]]:
    ordered = sorted(lines, key=lambda shown: (shown[0].id not in left, shown[0].line, shown[0].id))
    return [
        {
            "id": line.id,
            "file": files.get(line.id),
            "line": line.line,
            "description": line.description,
            "line_ref": line.line_ref,
            "amount": f"{amount:f}",
            "paired": line.id not in left,
            **{name: on.isoformat() for name in _DATES if (on := getattr(line, name, None)) is not None},
        }
        for line, amount in ordered[:MAX_LINES]
    ]
