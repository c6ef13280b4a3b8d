"""The two stages of reserve days, each of many in one transaction: files are compared, then lines valued and judged."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from typing import Any, NamedTuple, cast

from django.db import models, transaction

from core import clock
from core.access import SYSTEM
from core.calendars import HongKongCalendar
from core.canonical import canonical, canonical_object
from core.fields import as_json
from core.findings import rows_of, write_findings
from core.money import EXACT
from core.rulebook import load
from core.shared_reads import batch_record, foresee
from issuers.models import Coin
from reserves.held import held
from reserves.models import ReserveDay
from reserves.selectors.accounts import accounts_of
from reserves.selectors.breaks import Standing
from reserves.selectors.day_files import DayFiles, calendar_on, changed_since, files_by_ids, files_in_batch
from reserves.selectors.days import coins_of_days
from reserves.selectors.inputs import Inputs, load_inputs
from reserves.selectors.kept import foresee_lines
from reserves.services.assessment import Assessment, assess_inputs
from reserves.services.breaches import open_breaches
from reserves.services.breaks import carry_breaks
from reserves.services.kept import keep_lacking
from reserves.services.opening import open_day
from reserves.services.reconciliation import Compared, reconcile_files
from reserves.services.result import NOT_DIGESTED
from reserves.services.summaries import write_summaries
from reserves.workflows import RESERVE_DAY

S = ReserveDay.Status
#: Figures of the result that the row repeats for lists and charts.
REPEATED = ("circulation", "reserve_market_value", "eligible_reserve", "backing_ratio", "surplus")


class Read(NamedTuple):
    """What the first stage read and found of a day, which the second need not do again: lines never change."""

    files: DayFiles
    compared: Compared | None
    standing: Mapping[tuple[str, str], Standing] | None


@dataclass(frozen=True, slots=True)
class _Judged:
    """A day with its lines and what came of judging them."""

    day: ReserveDay
    inputs: Inputs
    calendar: HongKongCalendar
    found: Assessment
    result: dict[str, Any]

    @property
    def changes(self) -> dict[str, Any]:
        """What the row says of it: the figures of lists, and the account as the text that its digest is of."""
        texts = self.found.texts | {name: canonical(self.result[name]) for name in NOT_DIGESTED}
        repeated: dict[str, Any] = {
            name: fitting(self.result[name], cast(models.DecimalField, ReserveDay._meta.get_field(name)))
            for name in REPEATED
        }
        return repeated | {
            "judged_at": clock.now(), "verdict": self.result["verdict"], "open_breaks": len(self.result["breaks"]),
            "digest": self.result["digest"], "result": as_json(canonical_object(texts)),
        }

    @property
    def findings(self) -> list[bytes]:
        return rows_of(
            [(finding, self.found.facts[finding["rule"]]) for finding in self.result["findings"]],
            rulebook=self.found.rulebook, scope=self.found.scopes, owner=self.day.coin.issuer.organisation,
            as_of=self.day.as_of, version=self.day.version, inputs=self.inputs.files.ids, texts=self.found.found,
        )


@transaction.atomic
def reconcile_days(pks: Collection[int]) -> dict[int, Read]:
    """Compare books, custodians and chain, and carry the breaks; remember which files were compared.

    The days are of different coins. One that another worker holds, or that is past this stage, is left out.
    """
    days = _locked(pks, S.OPEN)
    # One day of a coin at a time: two that carry the same break would open it twice.
    list(Coin.objects.select_for_update(no_key=True).filter(pk__in=[day.coin_id for day in days]).order_by("pk"))
    chosen = [files_in_batch(day.coin, day.as_of, _calendar(day.as_of)) for day in days]
    foresee_lines(chosen)
    compared = [reconcile_files(files, coin=day.coin, calendar=_calendar(day.as_of))
                for day, files in zip(days, chosen, strict=True)]
    for files, found in zip(chosen, compared, strict=True):
        keep_lacking(files, found.lacking)
    standing = carry_breaks(list(zip(days, compared, strict=True))) if days else []
    # What was compared is what will be judged, whatever arrives in between.
    RESERVE_DAY.apply_to_all({day: {"result": {"files": files.ids}} for day, files in zip(days, chosen, strict=True)},
                             "reconcile", actor=SYSTEM)
    return {day.pk: read for day, read in zip(days, map(Read, chosen, compared, standing), strict=True)}


@transaction.atomic
def judge_days(pks: Collection[int], read: Mapping[int, Read]) -> list[ReserveDay]:
    """Value and judge what was reconciled, write the findings, replace the versions before, open breaches.

    The days are of different coins; ``read`` is what the first stage returned of them.
    """
    days = _locked(pks, S.RECONCILED)
    known = [_as_compared(day, read.get(day.pk)) for day in days]
    inputs = [load_inputs(each.files) if each.compared is None else
              load_inputs(each.files, supply=each.compared.supply, held=each.compared.held) for each in known]
    for read_of_day in inputs:
        foresee(accounts_of(read_of_day.files, held(read_of_day.holdings)))
    judged = [_judge(*of_day) for of_day in zip(days, known, inputs, strict=True)]
    _supersede(days)
    write_findings([row for each in judged for row in each.findings])
    RESERVE_DAY.apply_to_all({each.day: each.changes for each in judged}, "judge", actor=SYSTEM)
    write_summaries((each.day, each.inputs.holdings, each.calendar) for each in judged)
    # Breaches are opened under the lock of the issuer: in one order, so that two batches never wait for each other.
    for each in sorted(judged, key=lambda each: each.day.coin.issuer_id):
        each.day.result = each.result
        open_breaches(each.day.coin, each.day.as_of, each.result)
    _open_again(judged)
    return days


def _locked(pks: Collection[int], status: str) -> list[ReserveDay]:
    """Lock those of the days that are in the state and that nobody else works, by coin; each has its coin as read."""
    rows = ReserveDay.objects.select_for_update(skip_locked=True, no_key=True)
    days = list(rows.filter(pk__in=pks, status=status).order_by("coin_id"))
    for day in days:
        day.coin = batch_record(Coin, day.coin_id) or coins_of_days([day.pk])[0]
    return days


def _calendar(as_of: date) -> HongKongCalendar:
    return calendar_on(load(), as_of)


def _as_compared(day: ReserveDay, read: Read | None) -> Read:
    """Return what was compared: what was read for it if that is known, else the files that the day remembers."""
    compared = cast(dict[str, Any], day.result)["files"]
    if read is not None and read.files.ids == compared:
        return read
    return Read(files_by_ids(day.coin, day.as_of, _calendar(day.as_of), compared), None, None)


def _judge(day: ReserveDay, known: Read, inputs: Inputs) -> _Judged:
    calendar = _calendar(day.as_of)
    found = assess_inputs(day.coin, inputs, calendar=calendar, rulebook=load(), seen_at=day.opened_at,
                          compared=known.compared, standing=known.standing)
    return _Judged(day, inputs, calendar, found, found.result | {"version": day.version})


def _supersede(days: Sequence[ReserveDay]) -> None:
    """Replace the judged versions of the days by the ones that are about to be."""
    corrected = {(day.coin_id, day.as_of): day for day in days if day.version > 1}
    if not corrected:
        return
    coins, days_of = zip(*corrected, strict=True)
    standing = ReserveDay.objects.filter(coin__in=coins, as_of__in=days_of, status=S.JUDGED)
    for row in standing.defer("result").order_by("coin_id"):
        if by := corrected.get((row.coin_id, row.as_of)):
            row.coin = by.coin
            RESERVE_DAY.apply(row, "supersede", actor=SYSTEM)


def _open_again(judged: Sequence[_Judged]) -> None:
    """Put those days in the queue again of which a file came in while they were worked."""
    on = {each.day.coin: each.day.as_of for each in judged}
    for coin in changed_since([(each.day.coin, each.inputs.files) for each in judged], _calendar):
        open_day(coin, on[coin], actor=SYSTEM)


def fitting(text: str | None, field: models.DecimalField) -> Decimal | None:
    """Return a figure of the result as the column holds it, rounded down; None if it is too large for the column."""
    if text is None:
        return None
    value = Decimal(text).quantize(Decimal(1).scaleb(-field.decimal_places), rounding=ROUND_FLOOR, context=EXACT)
    return value if value.adjusted() < field.max_digits - field.decimal_places else None
