"""The weekly statement: prepared from the judged days, approved by a second person, filed and published."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import audit, clock
from core.access import SYSTEM, Actor, require
from core.business_days import check_day
from core.errors import Refused
from core.findings import digest_of
from core.models import ApiKey, User
from core.roles import Can
from core.wording import hk_date
from issuers.models import Coin
from reserves.models import WeeklyStatement
from reserves.selectors.statements import WEEK, days_of_week, last_as_at
from reserves.services.disclosures import settle_disclosures
from reserves.workflows import WEEKLY_STATEMENT

SCHEMA = "assay.weekly_statement/1"
PREPARED = audit.verb("reserves.statement.prepared", gettext_noop("prepared weekly statement %(target)s"),
                      audience=audit.Audience.ISSUER)
FIGURES = ("circulation", "reserve_market_value", "surplus", "backing_ratio")
S = WeeklyStatement.Status


def content_of(coin: Coin, as_at: date) -> dict[str, Any]:
    """Return what a statement as at the day says by the days as they are judged now.

    Raises:
        Refused: the day is not judged, or lacks a figure that a statement states.
    """
    days = days_of_week(coin, as_at)
    account = days[as_at].result if as_at in days else None
    if account is None or any(account[name] is None for name in FIGURES[:2]):
        raise Refused(_("%(day)s has no figures yet: a file of it is missing, or it is not judged.")
                      % {"day": hk_date(as_at)}, code="no_figures")
    begins = as_at - WEEK + timedelta(days=1)
    return {
        "schema": SCHEMA, "coin": coin.symbol, "currency": coin.reference_currency, "issuer": account["issuer"],
        "from": begins.isoformat(), "as_at": as_at.isoformat(), **{name: account[name] for name in FIGURES},
        "composition": [{name: part[name] for name in ("asset_class", "market_value", "share")}
                        for part in account["composition"]],
        "days": [_day(days.get(begins + timedelta(days=count)), begins + timedelta(days=count)) for count in range(7)],
    }


def _day(row: Any, day: date) -> dict[str, Any]:
    known = row.result if row else {}
    return {"as_of": day.isoformat(), "version": row.version if row else None, "digest": row.digest if row else None,
            **{name: known.get(name) for name in FIGURES}}


@transaction.atomic
def prepare_statement(coin: Coin, *, as_at: date | None = None, actor: Actor) -> WeeklyStatement:
    """Prepare the statement of the week that ends on the day, the last one if none is given.

    One prepared before from the same days is returned; one prepared from other versions is withdrawn.

    Raises:
        NotPermitted: the actor does not file for the issuer.
        Refused: no statement is as at that day, the day has no figures, or what is filed says the same.
    """
    require(actor, Can.FILE_NOTICE, coin)
    as_at = as_at or last_as_at()
    check_day(as_at)
    if as_at > clock.yesterday() or as_at != last_as_at(as_at + timedelta(days=1)):
        raise Refused(_("A statement is as at %(day)s, or that day in an earlier week.")
                      % {"day": hk_date(last_as_at())}, code="as_at")
    Coin.objects.select_for_update(no_key=True).only("pk").get(pk=coin.pk)
    content = content_of(coin, as_at)
    digest = digest_of(content)
    versions = list(WeeklyStatement.objects.filter(coin=coin, as_at=as_at).order_by("-version"))
    for row in versions:
        if row.status in (S.PREPARED, S.FILED) and row.digest == digest:
            if row.status == S.FILED:
                raise Refused(_("Version %(number)d says the same and is filed.") % {"number": row.version},
                              code="unchanged")
            return row
    for row in versions:
        if row.status == S.PREPARED:
            WEEKLY_STATEMENT.apply(row, "withdraw", actor=actor)
    statement = WeeklyStatement.objects.create(
        coin=coin, as_at=as_at, version=versions[0].version + 1 if versions else 1, content=content, digest=digest,
        prepared_by=actor if isinstance(actor, User) else None,
        prepared_with=actor if isinstance(actor, ApiKey) else None, prepared_by_label=actor.label,
    )
    audit.record(PREPARED, target=statement, actor=actor)
    return statement


@transaction.atomic
def approve_statement(statement: WeeklyStatement, *, actor: Actor) -> WeeklyStatement:
    """Approve what another prepared: it is filed with the authority and published, in place of any version before.

    Raises:
        NotPermitted: the actor does not file for the issuer.
        Refused: the actor prepared it, it is settled, or a day of it was judged again since.
    """
    coin = Coin.objects.select_for_update(no_key=True, of=("self",)).select_related("issuer__organisation").get(
        pk=statement.coin_id)
    if statement.status == S.PREPARED and digest_of(content_of(coin, statement.as_at)) != statement.digest:
        require(actor, Can.FILE_NOTICE, statement)
        raise Refused(_("A day of it was judged again since: prepare it again."), code="stale")
    for before in WeeklyStatement.objects.filter(coin=coin, as_at=statement.as_at, status=S.FILED):
        require(actor, Can.FILE_NOTICE, statement)
        WEEKLY_STATEMENT.apply(before, "replace", actor=SYSTEM)
    row = WEEKLY_STATEMENT.apply(statement, "file", actor=actor)
    row.approved_by = actor if isinstance(actor, User) else None
    row.approved_with = actor if isinstance(actor, ApiKey) else None
    row.approved_by_label, row.filed_at = actor.label, clock.now()
    try:
        with transaction.atomic():
            row.save(update_fields=["approved_by", "approved_with", "approved_by_label", "filed_at"])
    except IntegrityError:
        raise Refused(_("Somebody else has to approve what you prepared."))
    settle_disclosures(coin.issuer)
    return row


@transaction.atomic
def withdraw_statement(statement: WeeklyStatement, *, actor: Actor) -> WeeklyStatement:
    """Withdraw a statement that is not filed.

    Raises:
        NotPermitted: the actor does not file for the issuer.
        Refused: it is filed or withdrawn.
    """
    return WEEKLY_STATEMENT.apply(statement, "withdraw", actor=actor)
