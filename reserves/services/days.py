"""The life of a reserve day once it is opened: reconciled, judged, superseded by a later version."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from typing import Any, NamedTuple, cast

from django.db import models, transaction

from core import clock
from core.access import SYSTEM, Actor, require
from core.calendars import HongKongCalendar
from core.canonical import canonical, canonical_object
from core.fields import as_json
from core.findings import store_findings
from core.money import EXACT
from core.roles import Can
from core.rulebook import load
from core.shared_reads import batch_record, shared_reads
from issuers.models import Coin
from reserves.models import ReserveDay
from reserves.selectors import WAITING
from reserves.selectors.breaks import Standing
from reserves.selectors.day_files import DayFiles, calendar_on, files_by_ids, files_in_batch
from reserves.selectors.days import coins_of_days
from reserves.selectors.inputs import load_inputs
from reserves.services.assessment import Assessment, assess, assess_inputs
from reserves.services.breaches import open_breaches
from reserves.services.breaks import carry_breaks
from reserves.services.kept import keep_lacking
from reserves.services.opening import open_day, past_day
from reserves.services.reconciliation import Compared, reconcile_files
from reserves.services.result import NOT_DIGESTED
from reserves.services.summaries import summarise_day
from reserves.workflows import RESERVE_DAY

S = ReserveDay.Status
#: Figures of the result that the row repeats for lists and charts.
REPEATED = ("circulation", "reserve_market_value", "eligible_reserve", "backing_ratio", "surplus")


class Read(NamedTuple):
    """What the first stage read and found, which the second need not do again: lines never change."""

    files: DayFiles
    calendar: HongKongCalendar
    compared: Compared | None
    standing: Mapping[tuple[str, str], Standing] | None


def advance_day(pk: int) -> ReserveDay | None:
    """Take a waiting day through the stages that it still needs; return the judged row.

    Each stage is one transaction under the row's lock, so a worker that dies loses and doubles nothing. Returns None
    if the day is judged already or another worker holds it.
    """
    with days_together([pk]):
        return _judge(pk, reconcile_day(pk))


@contextmanager
def days_together(pks: Collection[int]) -> Iterator[None]:
    """Let the days that are advanced inside read what they have in common once, and what is of each coin for all."""
    with shared_reads(coins_of_days(pks)):
        yield


def run_day(
    coin: Coin, as_of: date, *, actor: Actor, law_on: date | None = None, overlay: bytes | None = None
) -> dict[str, Any]:
    """Reconcile, value and judge a day, and return its result.

    A day whose inputs have not changed since it was judged is not judged again: its stored result is returned. With
    ``law_on`` or ``overlay`` the day is only assessed under that law, and nothing is stored.

    Raises:
        NotPermitted: the actor does not run days (where something is stored).
        Refused: the day is still to come, or lies before any coin.
        RulebookInvalid: the overlay and the regime's files make no rulebook.
    """
    if law_on is not None or overlay is not None:
        return assess(coin, as_of, law_on=law_on, overlay=overlay)
    require(actor, Can.RUN_DAY, coin)
    past_day(as_of)
    versions = list(ReserveDay.objects.filter(coin=coin, as_of=as_of).order_by("-version")[:2])
    judged = next((row for row in versions if row.status == S.JUDGED), None)
    waiting = next((row for row in versions if row.status in WAITING), None)
    if judged and not waiting and assess(coin, as_of, seen_at=judged.opened_at)["digest"] == judged.digest:
        return account_of(judged)
    waiting = waiting or open_day(coin, as_of, actor=actor)
    return account_of(advance_day(waiting.pk) or _settled(waiting.pk))


def account_of(day: ReserveDay) -> dict[str, Any]:
    """Return the account of a day that was judged."""
    if not day.digest:
        raise ValueError(f"{day} was not judged")
    return cast(dict[str, Any], day.result)


def _settled(pk: int) -> ReserveDay:
    """Wait for the worker that has the day, stage by stage; do what it leaves undone."""
    while True:
        with transaction.atomic():
            day = ReserveDay.objects.select_for_update(no_key=True).get(pk=pk)
        if day.status not in WAITING:
            return day
        advance_day(pk)


def _locked(pk: int, status: str) -> ReserveDay | None:
    rows = ReserveDay.objects.select_for_update(skip_locked=True, no_key=True)
    day = rows.filter(pk=pk, status=status).first()
    if day is not None:
        day.coin = batch_record(Coin, day.coin_id) or coins_of_days([pk])[0]
    return day


@transaction.atomic
def reconcile_day(pk: int) -> Read | None:
    """Compare books, custodians and chain, and carry the breaks; remember which files were compared."""
    day = _locked(pk, S.OPEN)
    if day is None:
        return None
    # One day of a coin at a time: two that carry the same break would open it twice.
    Coin.objects.select_for_update(no_key=True).values_list("pk").get(pk=day.coin_id)
    calendar = calendar_on(load(), day.as_of)
    files = files_in_batch(day.coin, day.as_of, calendar)
    compared = reconcile_files(files, coin=day.coin, calendar=calendar)
    keep_lacking(files, compared.lacking)
    standing = carry_breaks(day, compared)
    # What was compared is what will be judged, whatever arrives in between.
    RESERVE_DAY.apply_locked(day, "reconcile", actor=SYSTEM, result={"files": files.ids})
    return Read(files, calendar, compared, standing)


@transaction.atomic
def _judge(pk: int, read: Read | None) -> ReserveDay | None:
    """Value and judge what was reconciled, write the findings, replace the version before, open breaches."""
    day = _locked(pk, S.RECONCILED)
    if day is None:
        return None
    coin, rulebook = day.coin, load()
    compared = cast(dict[str, Any], day.result)["files"]
    if read is None or read.files.ids != compared:
        calendar = calendar_on(rulebook, day.as_of)
        read = Read(files_by_ids(coin, day.as_of, calendar, compared), calendar, None, None)
    calendar = read.calendar
    inputs = load_inputs(read.files) if read.compared is None else load_inputs(
        read.files, supply=read.compared.supply, held=read.compared.held)
    found = assess_inputs(coin, inputs, calendar=calendar, rulebook=rulebook, seen_at=day.opened_at,
                          compared=read.compared, standing=read.standing)
    result = found.result | {"version": day.version}
    earlier = ReserveDay.objects.filter(coin=coin, as_of=day.as_of, status=S.JUDGED).defer("result")
    if day.version > 1 and (standing := earlier.first()):
        RESERVE_DAY.apply(standing, "supersede", actor=SYSTEM)
    _store_findings(day, found, inputs.files)
    repeated: dict[str, Any] = {
        name: fitting(result[name], cast(models.DecimalField, ReserveDay._meta.get_field(name))) for name in REPEATED
    }
    judged = RESERVE_DAY.apply_locked(
        day, "judge", actor=SYSTEM, **repeated, judged_at=clock.now(), verdict=result["verdict"],
        open_breaks=len(result["breaks"]), digest=result["digest"],
        result=as_json(canonical_object(found.texts | {name: canonical(result[name]) for name in NOT_DIGESTED})),
    )
    judged.result = result
    summarise_day(judged, inputs.holdings, calendar)
    open_breaches(coin, day.as_of, result)
    if files_in_batch(coin, day.as_of, calendar).ids != inputs.files.ids:  # a file came in while the day was worked
        open_day(coin, day.as_of, actor=SYSTEM)
    return judged


def _store_findings(day: ReserveDay, found: Assessment, files: DayFiles) -> None:
    store_findings(
        [(finding, found.facts[finding["rule"]]) for finding in found.result["findings"]],
        rulebook=found.rulebook, scope=found.scopes, owner=day.coin.issuer.organisation, as_of=day.as_of,
        version=day.version, inputs=files.ids, texts=found.found,
    )


def fitting(text: str | None, field: models.DecimalField) -> Decimal | None:
    """Return a figure of the result as the column holds it, rounded down; None if it is too large for the column."""
    if text is None:
        return None
    value = Decimal(text).quantize(Decimal(1).scaleb(-field.decimal_places), rounding=ROUND_FLOOR, context=EXACT)
    return value if value.adjusted() < field.max_digits - field.decimal_places else None
