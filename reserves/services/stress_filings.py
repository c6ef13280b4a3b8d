"""Quarterly stress tests: drafted and filed by the issuer, accepted or queried by officers (SUP 6.4.6-6.4.7)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from core import audit, blobs, cases, clock
from core.access import SYSTEM, Actor, require
from core.business_days import check_day
from core.cases import next_reference
from core.errors import Refused
from core.findings import digest_of
from core.models import User
from core.outbox import enqueue
from core.roles import Can
from core.rulebook.periods import quarter_start
from core.uploads import PDF, check_document
from core.wording import hk_date, sentences
from issuers.facts import stated_facts
from issuers.models import Coin, IssuerFact, Obligation
from issuers.services.facts import record_fact
from issuers.services.obligations import meet_obligation
from reserves import selectors
from reserves.models import ReserveDay, StressFiling
from reserves.notices import FilingReturned
from reserves.selectors.stress import latest_filing, scenarios_on
from reserves.workflows import STRESS_FILING

DRAFTED = audit.verb("reserves.stress.drafted", gettext_noop("started stress test %(target)s"),
                     audience=audit.Audience.ISSUER)
KIND = "reserves.stress_filed"
S = StressFiling.Status
TEXTS = ("method", "data_sources", "results")


def _words(params: dict[str, Any]) -> dict[str, Any]:
    return params | {"quarter": hk_date(params["period_start"])}


cases.kind(
    KIND, prefix="STC", title=gettext_lazy("Stress test of a quarter"),
    summary=gettext_noop("%(subject)s: stress test %(reference)s of the quarter from %(quarter)s was filed"),
    queue="supervision", risk="low", seen_by_issuer=False, words=_words,
)


@transaction.atomic
def draft_stress_test(coin: Coin, *, period_start: date, actor: Actor) -> StressFiling:
    """Start the stress test of one calendar quarter that has begun, or go on with the draft; nothing is filed yet.

    After a query the next version begins with what the one before stated.

    Raises:
        NotPermitted: the actor does not file for the issuer.
        Refused: it is no quarter that has begun, or its test is with the authority or accepted.
    """
    require(actor, Can.FILE_NOTICE, coin)
    check_day(period_start)
    Coin.objects.select_for_update(no_key=True).only("pk").get(pk=coin.pk)
    if period_start != quarter_start(period_start) or period_start > clock.today():
        raise Refused(_("A stress test is of one calendar quarter that has begun."), code="no_such_quarter")
    latest = latest_filing(coin, period_start)
    if latest and latest.status == S.DRAFT:
        return latest
    if latest and latest.status != S.QUERIED:
        raise Refused(_("%(reference)s of that quarter is filed already.") % {"reference": latest.reference},
                      code="filed_already")
    period_end = quarter_start(period_start, 1) - timedelta(days=1)
    day = selectors.days_of(coin, actor).filter(as_of__range=(period_start, period_end)).first()
    carried = ("method", "data_sources", "results", "board_on", "report", "report_name")
    filing = StressFiling.objects.create(
        coin=coin, reference=next_reference("STT"), period_start=period_start,
        period_end=period_end, version=latest.version + 1 if latest else 1,
        as_of=day.as_of if day else min(period_end, clock.today()),
        **({name: getattr(latest, name) for name in carried} if latest else {}),
    )
    audit.record(DRAFTED, target=filing, actor=actor, data={"period_start": period_start.isoformat()})
    return filing


@transaction.atomic
def save_stress_test(
    filing: StressFiling, *, as_of: date, method: str, data_sources: str, results: str, board_on: date | None,
    report: bytes | None = None, report_name: str = "", actor: Actor,
) -> StressFiling:
    """Save what is stated so far; saving is not filing. A report that is not given leaves the one saved before.

    Raises:
        NotPermitted: the actor does not file for the issuer.
        Refused: it is filed, a day cannot be meant, or the report is no PDF.
    """
    require(actor, Can.FILE_NOTICE, filing)
    check_day(as_of, board_on)
    row = _locked(filing)
    if row.status != S.DRAFT:
        raise Refused(_("%(reference)s is filed and can no longer be changed.") % {"reference": row.reference})
    if board_on and board_on > clock.today():
        raise Refused(_("The board cannot have received it on a day to come."))
    if report is not None:
        checked = check_document(report, report_name)
        if checked.media_type != PDF:
            raise Refused(_("Send the report as PDF."), code="unknown_file_type")
        row.report, row.report_name = blobs.store_blob(checked.raw), checked.filename
    row.as_of, row.board_on = as_of, board_on
    row.method, row.data_sources, row.results = method.strip(), data_sources.strip(), results.strip()
    row.save()
    return row


def lacking(filing: StressFiling) -> list[str]:
    """Return one sentence for everything without which it cannot be filed (SUP 6.4.7: method, data, results)."""
    asked = {
        "method": _("Describe the method."), "data_sources": _("Name the sources of the data."),
        "results": _("State the results."),
    }
    found = [sentence for name, sentence in asked.items() if not getattr(filing, name)]
    if filing.board_on is None:
        found.append(_("Say when the board received it."))
    if filing.report_id is None:
        found.append(_("Attach the report as PDF."))
    return found


@transaction.atomic
def file_stress_test(filing: StressFiling, *, actor: Actor) -> StressFiling:
    """Freeze the draft with the platform's figures of its day and file it; the duty of the quarter is met thereby.

    Raises:
        NotPermitted: the actor does not file for the issuer.
        Refused: something is lacking, the day was not judged or lies outside, or it is filed already.
    """
    require(actor, Can.FILE_NOTICE, filing)
    row = _locked(filing)
    if missing := lacking(row):
        raise Refused(sentences(missing), code="incomplete")
    day = selectors.day(row.coin, row.as_of)
    if day is None or not row.period_start <= row.as_of <= row.period_end:
        raise Refused(_("Choose a judged day of the quarter: the platform's figures are of that day."), code="no_day")
    _freeze(row, day, actor)
    moved = STRESS_FILING.apply(row, "file", actor=actor)
    moved.case = cases.open_case(
        KIND, subject=row.coin.symbol, owner=row.coin.issuer.organisation, key=row.reference, actor=SYSTEM,
        params={"reference": row.reference, "period_start": row.period_start.isoformat()},
    )
    moved.save(update_fields=["case"])
    _tell_the_rules(row)
    return moved


def _freeze(row: StressFiling, day: ReserveDay, actor: Actor) -> None:
    # Running a scenario takes pandas, and every process must know the cases and verbs that are declared here.
    from reserves.services.stress import stress_of_day

    row.day, row.pack = day, stress_of_day(day, scenarios_on(day.as_of))
    row.filed_at, row.filed_by_label = clock.now(), actor.label
    row.filed_by = actor if isinstance(actor, User) else None
    row.digest = digest_of({
        "reference": row.reference, "coin": row.coin.symbol, "version": row.version,
        "period_start": row.period_start.isoformat(), "as_of": row.as_of.isoformat(),
        "board_on": row.board_on and row.board_on.isoformat(), "report": row.report_id, "pack": row.pack["digest"],
        **{name: getattr(row, name) for name in TEXTS},
    })
    row.save()


def _tell_the_rules(row: StressFiling) -> None:
    """Record what HK-RES-16 asks for, and settle the quarter's duty: late or not, for this quarter and no other."""
    today, issuer = clock.today(), row.coin.issuer
    owed = issuer.obligations.filter(kind="stress_test", key=row.period_start.isoformat(), coin=row.coin)
    if duty := owed.filter(status=Obligation.Status.DUE).first():
        meet_obligation(duty, reference=row.reference, actor=SYSTEM)
    filed = {"coin": row.coin, "fact__startswith": "stress_test.", "valid_from": today}
    if IssuerFact.objects.filter(issuer=issuer, **filed).exists():  # a second test on one day changes no rule's answer
        return
    before = stated_facts(issuer, row.coin, today).get("stress_test.filed_count") or 0
    for fact, value in (("stress_test.period_start", row.period_start), ("stress_test.filed_on", today),
                        ("stress_test.filed_count", before + 1)):
        record_fact(issuer, coin=row.coin, fact=fact, value=value, valid_from=today, source=row.reference,
                    origin=IssuerFact.Origin.FILED, actor=SYSTEM)


def _locked(filing: StressFiling) -> StressFiling:
    rows = StressFiling.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("coin__issuer__organisation", "case").get(pk=filing.pk)


def accept_stress_test(filing: StressFiling, *, note: str = "", actor: Actor) -> StressFiling:
    """Accept a filed test.

    Raises:
        NotPermitted: the actor does not review notices.
        Refused: it is not filed, or is decided already.
    """
    return _decided(filing, "accept", note, actor)


def query_stress_test(filing: StressFiling, *, note: str, actor: Actor) -> StressFiling:
    """Ask the issuer about a filed test; it answers with the next version.

    Raises:
        NotPermitted: the actor does not review notices.
        Refused: no question is asked, it is not filed, or is decided already.
    """
    require(actor, Can.REVIEW_NOTICE, filing)
    if not note.strip():
        raise Refused(_("Say what you ask the issuer."))
    with transaction.atomic():
        row = _decided(filing, "query", note, actor)
        enqueue(FilingReturned(row.reference, gettext_lazy("Stress test"), row.coin.symbol),
                to=row.coin.issuer.organisation, may=Can.FILE_NOTICE, key=row.reference)
    return row


@transaction.atomic
def _decided(filing: StressFiling, move: str, note: str, actor: Actor) -> StressFiling:
    row = STRESS_FILING.apply(filing, move, actor=actor, note=note.strip())
    row.remark, row.decided_at = note.strip(), clock.now()
    row.decided_by = actor if isinstance(actor, User) else None
    row.save(update_fields=["remark", "decided_at", "decided_by"])
    if row.case and row.case.status == "open":
        cases.close_case(row.case, outcome="decided", actor=actor)
    return row


@transaction.atomic
def file_at_once(
    coin: Coin, *, period_start: date, actor: Actor, **stated: Any
) -> StressFiling:
    """Draft, save and file in one step, for programs; ``stated`` is what ``save_stress_test`` takes.

    Raises:
        NotPermitted: the actor does not file for the issuer.
        Refused: any of the three is.
    """
    draft = draft_stress_test(coin, period_start=period_start, actor=actor)
    return file_stress_test(save_stress_test(draft, actor=actor, **stated), actor=actor)
