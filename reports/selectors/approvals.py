"""What waits for a second officer, whatever it is: one list of who proposed what since when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Count, F, Max, QuerySet, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.access import Actor
from core.roles import Can
from issuers.duty_calendar import DUTIES
from issuers.models import ClearanceOverride, Consent, Obligation, Proposal, PublicWarning, Recommendation
from issuers.powers import POWERS
from issuers.selectors.people import waiting_for_authority
from reports.models import ReportRun
from reserves.models import (
    AcceptedInstrument,
    Break,
    ContractEvent,
    Custodian,
    Engagement,
    FeedSchedule,
    FeedSender,
    Fund,
    Instrument,
    Limit,
    MatchingTolerance,
    Obligor,
    PoolAccount,
    StressScenario,
    TreasuryWallet,
    ValuationParameter,
)
from reserves.models.reference import Reference

REFERENCE_TABLES: dict[str, type[Reference]] = {
    "obligors": Obligor, "custodians": Custodian, "funds": Fund, "instruments": AcceptedInstrument,
    "accounts": PoolAccount, "wallets": TreasuryWallet, "events": ContractEvent, "tolerances": MatchingTolerance,
    "terms": Instrument, "valuation": ValuationParameter,
    "scenarios": StressScenario,
}
#: What is proposed for one coin: the page on which it is decided, and what it is.
COIN_TABLES: dict[str, tuple[Any, Any]] = {
    "officer:feed_schedule": (FeedSchedule, gettext_lazy("Schedule of a file")),
    "officer:feed_senders": (FeedSender, gettext_lazy("Sender of files")),
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One proposal: ``proposer`` is the key of who may not decide it, ``may`` is what deciding it takes."""

    what: Any
    subject: Any
    detail: Any
    by: Any
    proposer: int | None
    since: datetime | None
    not_before: datetime | None
    view: str
    args: tuple[Any, ...]
    may: Can

    def is_for(self, actor: Actor) -> bool:
        """Whether the actor may decide it: has the permission, and did not propose it."""
        return actor.can(self.may) and self.proposer != getattr(actor, "pk", None)


def approvals() -> list[Waiting]:
    """Return all that waits for a second officer, the longest waiting first."""
    rows = [*_recommendations(), *_overrides(), *_proposals(), *_consents(), *_waivers(), *_warnings(), *_people(),
            *_reference(), *_attestations(), *_limits(), *_breaks(), *_of_coins(), *_reports()]
    return sorted(rows, key=lambda row: (row.since is None, row.since))


def approval_count(actor: Actor) -> int:
    """Return how many proposals the actor may decide, in one question: what the page lists for them."""
    with connection.cursor() as cursor:
        cursor.execute(*_counting(clock.today()))
        rows = cursor.fetchall()
    own = getattr(actor, "pk", None)
    return sum(count for may, proposer, count in rows if proposer != own and actor.can(Can(may)))


@lru_cache(maxsize=2)
def _counting(_today: date) -> tuple[str, tuple[Any, ...]]:
    """Return what counts all that waits, by permission and proposer; who is current in a team depends on the day.

    It is the same for every officer and stands on each of their pages: to compose it takes longer than to ask it.
    """
    sources = [
        (Can.DECIDE_APPLICATION, open_recommendations(), "made_by"),
        (Can.REVIEW_APPLICATION, ClearanceOverride.objects.filter(confirmed_by=None), "proposed_by"),
        (Can.DECIDE_LICENCE_ACTION, open_proposals(), "proposed_by"),
        (Can.DECIDE_CONSENT, recommended_consents(), "recommended_by"),
        (Can.REVIEW_NOTICE, proposed_waivers(), "waiver_proposed_by"),
        (Can.INVITE_APPLICANT, waiting_for_authority(), "invited_by"),
        (Can.REVIEW_NOTICE, recommended_attestations(), "recommended_by"),
        (Can.ACCEPT_BREAK, proposed_breaks(), "proposed_by"),
        *((Can.APPROVE_REFERENCE, model.objects.filter(status=Reference.Status.PROPOSED), "proposed_by")
          for model, _what in COIN_TABLES.values()),
        (Can.PUBLISH_WARNING, PublicWarning.objects.filter(status=PublicWarning.Status.DRAFT), "proposed_by"),
        *((Can.APPROVE_REFERENCE, model.objects.filter(status=Reference.Status.PROPOSED), "proposed_by")
          for model in REFERENCE_TABLES.values()),
        (Can.APPROVE_REFERENCE, Limit.objects.filter(status=Limit.Status.PROPOSED), "proposed_by"),
        (Can.APPROVE_REPORTS, drafted_reports(), "frozen_by"),
    ]
    counts = [rows.order_by().values(_may=Value(may.value), _proposer=F(proposer)).annotate(_count=Count("pk"))
              for may, rows, proposer in sources]
    return counts[0].union(*counts[1:], all=True).query.sql_with_params()


def open_recommendations() -> QuerySet[Recommendation]:
    """Return the recommendations that wait for their decision."""
    return Recommendation.objects.filter(result=Recommendation.Result.OPEN, application__status="recommended")


def recommended_attestations() -> QuerySet[Engagement]:
    """Return the filed attestation reports that one officer would accept."""
    return Engagement.objects.filter(status=Engagement.Status.FILED).exclude(recommended_by=None)


def proposed_breaks() -> QuerySet[Break]:
    """Return the breaks that one officer would accept and that take two."""
    return Break.objects.filter(status=Break.Status.PROPOSED)


def drafted_reports() -> QuerySet[ReportRun]:
    """Return the reports that are drafts until an officer has read them."""
    return ReportRun.objects.filter(status=ReportRun.Status.DRAFTED)


def open_proposals() -> QuerySet[Proposal]:
    """Return the proposals that are neither decided nor dropped."""
    return Proposal.objects.filter(status__in=(Proposal.Status.OPEN, Proposal.Status.REPRESENTED))


def recommended_consents() -> QuerySet[Consent]:
    """Return the requests for consent on which an officer made a recommendation."""
    return Consent.objects.filter(status=Consent.Status.REQUESTED).exclude(recommended_by=None)


def proposed_waivers() -> QuerySet[Obligation]:
    """Return the duties that an officer proposed to let a licensee off."""
    return Obligation.objects.filter(status=Obligation.Status.DUE).exclude(waiver_proposed_by=None)


def _recommendations() -> Iterator[Waiting]:
    for row in open_recommendations().select_related("application__issuer__organisation", "made_by"):
        yield Waiting(
            row.get_outcome_display(), row.application.issuer.name, row.application.reference, row.made_by,
            row.made_by_id, row.made_at, None, "officer:application_decision", (row.application.reference,),
            Can.DECIDE_APPLICATION,
        )


def _overrides() -> Iterator[Waiting]:
    rows = ClearanceOverride.objects.filter(confirmed_by=None).select_related(
        "application__issuer__organisation", "person", "proposed_by"
    )
    for row in rows:
        yield Waiting(
            _("Go on without clearance"), row.person or row.application.issuer.name, row.application.reference,
            row.proposed_by, row.proposed_by_id, row.proposed_at, None, "officer:application_persons",
            (row.application.reference,), Can.REVIEW_APPLICATION,
        )


def _proposals() -> Iterator[Waiting]:
    for row in open_proposals().select_related("licence__issuer__organisation", "proposed_by"):
        yield Waiting(
            _(POWERS[row.kind].title), row.licence.issuer.name, row.reference, row.proposed_by, row.proposed_by_id,
            row.proposed_at, row.representations_until, "officer:proposal", (row.reference,),
            Can.DECIDE_LICENCE_ACTION,
        )


def _consents() -> Iterator[Waiting]:
    for row in recommended_consents().select_related("issuer__organisation", "person", "recommended_by"):
        yield Waiting(
            _("Consent"), row.issuer.name, row.person, row.recommended_by, row.recommended_by_id, row.requested_at,
            None, "officer:consent", (row.reference,), Can.DECIDE_CONSENT,
        )


def _waivers() -> Iterator[Waiting]:
    for row in proposed_waivers().select_related("issuer__organisation", "waiver_proposed_by"):
        yield Waiting(
            _("Waive a duty"), row.issuer.name, _(DUTIES[row.kind].title), row.waiver_proposed_by,
            row.waiver_proposed_by_id, row.waiver_proposed_at, None, "officer:issuer_duties",
            (row.issuer.organisation.slug,), Can.REVIEW_NOTICE,
        )


def _warnings() -> Iterator[Waiting]:
    for row in PublicWarning.objects.filter(status=PublicWarning.Status.DRAFT).select_related("proposed_by"):
        yield Waiting(
            _("Publish a warning"), row.name, row.reference, row.proposed_by, row.proposed_by_id, row.proposed_at,
            None, "officer:warning", (row.reference,), Can.PUBLISH_WARNING,
        )


def _people() -> Iterator[Waiting]:
    for row in waiting_for_authority():
        yield Waiting(
            _("Access for a person"), row.organisation.name, row.name, row.invited_by, row.invited_by_id,
            row.invited_at, None, "officer:people", (row.organisation.slug,), Can.INVITE_APPLICANT,
        )


def _reference() -> Iterator[Waiting]:
    for table, model in REFERENCE_TABLES.items():
        for row in model.objects.filter(status=Reference.Status.PROPOSED).select_related("proposed_by"):
            yield Waiting(
                _("Reference data"), row, row.source, row.proposed_by, row.proposed_by_id, row.proposed_at, None,
                "officer:reference", (table,), Can.APPROVE_REFERENCE,
            )


def _attestations() -> Iterator[Waiting]:
    rows = recommended_attestations().select_related("coin__issuer__organisation", "recommended_by")
    for row in rows:
        yield Waiting(_("Attestation report"), row.coin.issuer.name, row.reference, row.recommended_by,
                      row.recommended_by_id, row.recommended_at, None, "officer:engagement", (row.reference,),
                      Can.REVIEW_NOTICE)


def _limits() -> Iterator[Waiting]:
    rows = Limit.objects.filter(status=Limit.Status.PROPOSED)
    for row in rows.select_related("coin__issuer__organisation", "proposed_by"):
        yield Waiting(
            _("Limit of an issuer"), row.coin.issuer.name, row.get_metric_display(), row.proposed_by,
            row.proposed_by_id, row.proposed_at, None, "officer:limits", (row.coin.symbol,), Can.APPROVE_REFERENCE,
        )


def _breaks() -> Iterator[Waiting]:
    rows = proposed_breaks().select_related("coin__issuer__organisation", "proposed_by")
    for row in rows.annotate(since=Max("notes__at")):
        yield Waiting(_("Accept a break"), row.coin.issuer.name, row.reference, row.proposed_by, row.proposed_by_id,
                      row.since, None, "officer:break", (row.reference,), Can.ACCEPT_BREAK)


def _of_coins() -> Iterator[Waiting]:
    for view, (model, what) in COIN_TABLES.items():
        rows = model.objects.filter(status=Reference.Status.PROPOSED)
        for row in rows.select_related("coin__issuer__organisation", "proposed_by"):
            yield Waiting(what, row.coin.issuer.name, row.coin.symbol, row.proposed_by, row.proposed_by_id,
                          row.proposed_at, None, view, (row.coin.symbol,), Can.APPROVE_REFERENCE)


def _reports() -> Iterator[Waiting]:
    for row in drafted_reports().defer("facts").select_related("about", "owner", "frozen_by"):
        yield Waiting(row.get_kind_display(), (row.about or row.owner).name, row.reference, row.frozen_by,
                      row.frozen_by_id, row.frozen_at, None, "officer:report_about", (row.reference,),
                      Can.APPROVE_REPORTS)
