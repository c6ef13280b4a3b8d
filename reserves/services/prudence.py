"""Our own valuation of a pool: independent prices, rates of approved currencies, why lines do not count, ladders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple, cast

import numpy as np

from core.calendars import HongKongCalendar
from core.money import ratio
from core.rulebook import Alike, NotInForce, Rulebook, verdicts_of
from reserves import exposures as kernel
from reserves.daycount import Coupons
from reserves.held import Held, held
from reserves.lines import SETTLEMENT, HoldingLine
from reserves.pricing import LOWEST, PRICED, Marks, Parameters, Quote, SourceRule, Terms, price_lines, prudent
from reserves.selectors import ReferenceData, spelled
from reserves.selectors.day_files import HOLDINGS, PRICES, day_of
from reserves.selectors.inputs import Inputs
from reserves.units import as_units, exact_array, sum_of, sums_by_group, to_amount, to_units
from reserves.valuation import MET, VERDICTS, Valuation, Verdict, with_account

VALUATION_RULE = "HK-RES-17"
#: A settlement counts with its account, and no rule of its own says why it does not.
OF_THE_ACCOUNT = "account"


class Rate(NamedTuple):
    """What one unit of another currency is worth: what we own at the bid, what we owe at the ask."""

    bid: Decimal
    ask: Decimal | None
    quote: Quote

    def convert(self, amount: Decimal) -> Decimal:
        """The amount in the coin's currency, down to a ten-thousandth."""
        rate = Fraction(self.bid if amount >= 0 else cast(Decimal, self.ask))
        return to_amount(to_units(amount) * rate.numerator // rate.denominator)


@dataclass(frozen=True, slots=True)
class Reason:
    """Lines that do not count, or of which that is unknown, for the first rule that says so."""

    reason: str
    verdict: str
    amount: Decimal
    lines: int


@dataclass(frozen=True, slots=True)
class Prudence:
    """The lines that are counted, each with its stated and prudent amount in the coin's currency, and their sums."""

    lines: Held
    marks: Marks
    rows: np.ndarray  # where each line stands among all lines of the day
    stated: np.ndarray  # ten-thousandths
    prudent: np.ndarray
    reasons: list[Reason]
    rates: Mapping[str, Rate]
    reference: ReferenceData
    priced_on: Mapping[int, date]
    rule: SourceRule

    @property
    def value(self) -> Decimal:
        return to_amount(sum_of(self.prudent))

    @property
    def gap(self) -> Decimal:
        """By how much the stated values exceed the prudent ones."""
        return to_amount(sum_of(self.stated) - sum_of(self.prudent))

    def coverage(self, classes: Iterable[str] | None = None) -> Decimal | None:
        """The share of the pool, or of the lines of some classes, that is independently priced."""
        among = None if classes is None else frozenset(classes)
        chosen = self.lines.numbers(lambda line: among is None or line.asset_class in among).astype(bool)
        covered = self.marks.where(lambda mark: mark.covered)
        total = sum_of(self.stated[chosen])
        return ratio(to_amount(sum_of(self.stated[chosen & covered])), to_amount(total))


def mark_lines(
    inputs: Inputs, reference: ReferenceData, calendar: HongKongCalendar, rulebook: Rulebook, law_day: date
) -> Marks:
    """Return each line of the day beside its own value; the law says which prices may be used."""
    last = calendar.on_or_before(inputs.files.as_of)
    ages = {file.pk: calendar.business_days_between(day_of(file), last) if day_of(file) < last else 0
            for file in inputs.files.of(PRICES)}
    stated_on = max(map(day_of, inputs.files.of(HOLDINGS)))  # interest accrues to the day that the lines are of
    quotes: dict[str, list[Quote]] = {}
    for quote in inputs.prices:
        quotes.setdefault(quote.instrument_id, []).append(quote)
    try:
        sides = rulebook.rule(VALUATION_RULE).on(law_day).params.get("market_bases", ())
    except (KeyError, NotInForce):
        sides = ()
    return price_lines(
        inputs.holdings, quotes, ages, {name: _terms(row) for name, row in reference.terms.items()},
        parameters_of(reference), day=stated_on, sides=sides,
    )


def parameters_of(reference: ReferenceData) -> Parameters:
    """Return what officers have set for valuation on the day."""
    tolerances = {name: reference.parameter("mark_tolerance", name) for name in PRICED}
    days = {name: reference.parameter("stale_after", name) for name in PRICED}
    return Parameters(
        {name: Decimal(value) for name, value in tolerances.items() if value is not None},
        {name: int(Decimal(value)) for name, value in days.items() if value is not None},
        cast(SourceRule, reference.parameter("source_rule") or LOWEST),
    )


def _terms(row: Mapping[str, Any]) -> Terms:
    coupons = None
    if row["kind"] == "coupon":
        issued, first = row["issued_on"], row["first_coupon_on"]
        coupons = Coupons(
            Decimal(row["coupon_rate"]), row["coupons_a_year"], row["day_count"], date.fromisoformat(row["matures_on"]),
            date.fromisoformat(issued) if issued else None, date.fromisoformat(first) if first else None,
            row["ex_coupon_days"],
        )
    return Terms(coupons, row["price_with_accrued"], row["stated_with_accrued"])


def rates_on(inputs: Inputs, currency: str, calendar: HongKongCalendar, *, approved: bool) -> dict[str, Rate]:
    """Return the rates of the day for currencies that the pool may be held in; none where none was approved."""
    last = calendar.on_or_before(inputs.files.as_of)
    today = {file.pk for file in inputs.files.of(PRICES) if day_of(file) >= last}
    if not approved:
        return {}
    owing = {line.currency for line in inputs.holdings if line.market_value < 0}
    found: dict[str, Rate] = {}
    for code in {line.currency for line in inputs.holdings} - {currency}:
        quotes = [quote for quote in inputs.prices if quote.instrument_id == f"{code}{currency}"
                  and quote.file in today and quote.currency == currency and quote.bid]
        asks = [quote.ask for quote in quotes if quote.ask]
        if quotes and (asks or code not in owing):
            lowest = min(quotes, key=lambda quote: (cast(Decimal, quote.bid), quote.source))
            found[code] = Rate(cast(Decimal, lowest.bid), max(asks, default=None), lowest)
    return found


def prudence_of(
    inputs: Inputs, counted: np.ndarray, marks: Marks, rates: Mapping[str, Rate], *,
    reference: ReferenceData, facts: Alike, eligibility: np.ndarray | None, rulebook: Rulebook,
    law_day: date,
) -> Prudence:
    """Return the prudent value of the lines that are counted, and the reasons of those that do not count.

    ``eligibility`` is that of the lines that are counted; None where no law says.
    """
    lines, own = held(inputs.holdings).chosen(counted), marks.chosen(counted)

    def in_coin(line: HoldingLine, amount: Decimal) -> Decimal:
        return rates[line.currency].convert(amount) if line.currency in rates else amount

    stated = as_units(in_coin(line, line.market_value) for line in lines) if rates else lines.units
    valued = np.flatnonzero(own.where(lambda mark: mark.value is not None)).tolist()
    ours = {row: to_units(in_coin(line, prudent(line, own[row])))
            for row, line in zip(valued, lines.at(valued), strict=True)}
    return Prudence(
        lines, own, counted, stated,
        exact_array([ours.get(row, units) for row, units in enumerate(stated.tolist())]) if ours else stated,
        [] if eligibility is None else _reasons(
            stated, facts.of[counted], with_account(lines, eligibility), facts, rulebook, law_day),
        rates, reference, {file.pk: day_of(file) for file in inputs.files.of(PRICES)}, parameters_of(reference).rule,
    )


def _reasons(
    amounts: np.ndarray, kinds: np.ndarray, verdicts: np.ndarray, facts: Alike, rulebook: Rulebook, law_day: date
) -> list[Reason]:
    """Return why lines do not count. A line that breaks several rules counts under the first, so that parts sum."""
    of, size = kinds * len(VERDICTS) + verdicts, len(facts.kinds) * len(VERDICTS)
    sums = sums_by_group(amounts, of, size).tolist()
    lines = np.bincount(of, minlength=size)
    failing = [divmod(number, len(VERDICTS)) for number in np.flatnonzero(lines).tolist()
               if number % len(VERDICTS) != MET]
    reason = {kind: OF_THE_ACCOUNT for kind, _ in failing if facts.kinds[kind]["holding.asset_class"] == SETTLEMENT}
    unexplained = {kind: VERDICTS[verdict] for kind, verdict in failing if kind not in reason}
    for rule in sorted(rulebook.in_force(law_day, "holding"), key=lambda rule: rule.id):
        if rule.eligibility and unexplained:
            said = verdicts_of(rule, facts, law_day)
            reason |= {kind: rule.id for kind, verdict in unexplained.items() if said.get(kind) == verdict}
            unexplained = {kind: verdict for kind, verdict in unexplained.items() if kind not in reason}
    parts: dict[tuple[str, Verdict], tuple[int, int]] = {}
    for kind, verdict in failing:
        key, number = (reason.get(kind, ""), VERDICTS[verdict]), kind * len(VERDICTS) + verdict
        before = parts.get(key, (0, 0))
        parts[key] = before[0] + sums[number], before[1] + int(lines[number])
    return [Reason(*key, to_amount(units), count) for key, (units, count) in sorted(parts.items())]


def group_of(reference: ReferenceData) -> Callable[[str], str]:
    """Return how a name is connected: the group that reference data puts it in, or itself."""

    def group(name: str) -> str:
        return str(reference.obligors.get(spelled(name), {}).get("group") or name)

    return group


def liquidity_of(prudence: Prudence, as_of: date, calendar: HongKongCalendar) -> list[kernel.Within]:
    """Return what of the pool is cash within each horizon of business days."""
    ends = {days: calendar.add_business_days(as_of, days) for days in kernel.HORIZONS}
    classes = {line.asset_class for line in prudence.lines.kinds}
    set_days = {name: prudence.reference.parameter("days_to_cash", name) for name in classes}
    return kernel.liquidity(
        prudence.lines, prudence.prudent, ends=ends,
        days_to_cash={name: int(Decimal(days)) for name, days in set_days.items() if days is not None},
    )


def concentrations_of(prudence: Prudence) -> dict[str, list[kernel.Exposure]]:
    """Return to whom the pool is exposed, by what kind of name, at stated values."""
    group = group_of(prudence.reference)
    ways: dict[str, tuple[Callable[[HoldingLine], str], Callable[[str], str]]] = {
        "counterparty": (kernel.counterparty, group), "obligor": (kernel.obligor, group),
        "custodian": (lambda line: line.custodian, lambda name: name),
    }
    return {name: kernel.exposures(prudence.lines, prudence.stated, *way) for name, way in ways.items()}


@dataclass(frozen=True, slots=True)
class Measures:
    """What limits are measured by."""

    exposures: Mapping[str, Sequence[kernel.Exposure]]
    liquidity: Sequence[kernel.Within]
    average_maturity: Decimal | None
    gap: Decimal | None
    total: Decimal | None


def measures_of(
    prudence: Prudence | None, valuation: Valuation | None, as_of: date, calendar: HongKongCalendar, *, whole: bool
) -> Measures | None:
    """Return what limits are measured by; None where the pool is not known as a whole."""
    if prudence is None or valuation is None or not whole:
        return None
    return Measures(concentrations_of(prudence), liquidity_of(prudence, as_of, calendar),
                    valuation.weighted_average_maturity_days, prudence.gap, valuation.reserve_market_value)
