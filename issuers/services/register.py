"""What the register says (ORD s. 21): every version kept, so that it can be shown as at any day; its changes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import audit, clock
from core.access import Actor, require
from core.errors import Refused
from core.findings import digest_of
from core.models import Organisation
from core.roles import Can
from issuers.models import Issuer, Licence, Proposal, RegisterEntry, TribunalReference
from issuers.powers import POWERS, Effect
from issuers.register_changes import changes_between

CHANGED = audit.verb("issuers.register.changed", gettext_noop("changed the particulars of %(target)s in the register"),
                     audience=audit.Audience.ISSUER)
CORRECTED = audit.verb("issuers.register.corrected",
                       gettext_noop("corrected the register entry of %(target)s: %(reason)s"),
                       audience=audit.Audience.ISSUER)
NAMES = ("name_en", "name_zh_hant", "name_zh_hans")
#: What versions of an entry that were kept before did not have yet.
LATER_FIELDS = {"address_zh_hans": ""}
PARTICULARS = (*NAMES, "address_en", "address_zh_hant", "address_zh_hans", "email", "website")


def entry_fields(licence: Licence, latest: RegisterEntry | None = None) -> dict[str, Any]:
    """Return what the register says of a licence now: the fields of s. 21, its coins and their contracts.

    ``latest`` is the version before: where no decision gives the day of a suspension or an end, it does.
    """
    issuer, body = licence.issuer, licence.issuer.organisation
    coins = [
        {
            "symbol": coin.symbol,
            "reference_currency": coin.reference_currency,
            "contracts": [{"chain": each.chain, "contract": each.contract} for each in coin.deployments.all()],
        }
        for coin in issuer.coins.prefetch_related("deployments")
    ]
    before = latest.fields if latest else {}
    return {
        "number": licence.number,
        "effective_on": licence.effective_on.isoformat(),
        "status": licence.status,
        "suspension": _suspension(licence, before),
        "ended_on": _ended_on(licence, before),
        "name_en": body.name_en,
        "name_zh_hant": body.name_zh_hant,
        "name_zh_hans": body.name_zh_hans,
        "address_en": issuer.address_en,
        "address_zh_hant": issuer.address_zh_hant,
        "address_zh_hans": issuer.address_zh_hans,
        "email": issuer.email,
        "website": issuer.website,
        "coins": coins,
    }


def _decided(licence: Licence, effect: Effect) -> list[tuple[date, date | None]]:
    """Return first and last day of each decision in effect that does this to the licence, in the order of effect."""
    kinds = [power.name for power in POWERS.values() if power.effect is effect]
    decided = licence.proposals.filter(
        kind__in=kinds, status=Proposal.Status.DECIDED, takes_effect_on__lte=clock.today()
    ).exclude(tribunal__outcome=TribunalReference.Outcome.SET_ASIDE).order_by("takes_effect_on", "pk")
    return [(each.takes_effect_on, each.ends_on) for each in decided if each.takes_effect_on]


def _suspension(licence: Licence, before: dict[str, Any]) -> dict[str, str | None] | None:
    """Return since when and until when the licence is suspended, None if it is not (ORD ss. 21, 32-33)."""
    if licence.status != Licence.Status.SUSPENDED:
        return None
    ordered = _decided(licence, Effect.SUSPEND)
    if not ordered:
        return before.get("suspension") or {"since": clock.today().isoformat(), "until": None}
    last, _until = ordered[-1]
    renewed = [each for each in _decided(licence, Effect.EXTEND_SUSPENSION) if each[0] >= last]
    ends = [until for _day, until in (ordered[-1], *renewed) if until]
    # One that follows another while it runs begins nothing: the licence has been suspended since the first.
    runs = (before.get("suspension") or {}) if before.get("status") == Licence.Status.SUSPENDED else {}
    return {"since": runs.get("since") or last.isoformat(), "until": max(ends).isoformat() if ends else None}


def _ended_on(licence: Licence, before: dict[str, Any]) -> str | None:
    """Return the day on which the licence ended."""
    if not licence.has_ended:
        return None
    if before.get("ended_on"):
        return before["ended_on"]
    if licence.status == Licence.Status.REVOKED:  # it waits for the way to the tribunal, so it ends when that is over
        return clock.today().isoformat()
    ordered = _decided(licence, Effect.SURRENDER)
    return (ordered[-1][0] if ordered else clock.today()).isoformat()


@transaction.atomic
def publish_entry(licence: Licence, *, event: str) -> RegisterEntry | None:
    """Keep the entry as it is from now on; None if it says what it said before.

    Called in the transaction of whatever changed it.
    """
    Licence.objects.select_for_update(no_key=True).get(pk=licence.pk)
    licence = Licence.objects.select_related("issuer__organisation").get(pk=licence.pk)
    latest = licence.entries.order_by("-version").first()
    fields = entry_fields(licence, latest)
    digest = digest_of(fields)
    if latest and digest_of(LATER_FIELDS | latest.fields) == digest:
        return None
    return RegisterEntry.objects.create(
        licence=licence, version=latest.version + 1 if latest else 1, event=event, fields=fields, digest=digest
    )


def publish_change(issuer: Issuer) -> RegisterEntry | None:
    """Keep a new version of the issuer's entry, if it has one that is shown, after something in it changed."""
    licence = Licence.objects.filter(issuer=issuer).exclude(status__in=Licence.ENDED).first()
    return publish_entry(licence, event=RegisterEntry.Event.CHANGED) if licence else None


@transaction.atomic
def change_particulars(issuer: Issuer, *, actor: Actor, **particulars: str) -> RegisterEntry | None:
    """Change what the register says of a licensee's names, addresses, e-mail or website, as it notified.

    ``particulars`` are of ``PARTICULARS``; those not given stay. Returns the new version, None if nothing changed
    or the issuer has no entry.

    Raises:
        NotPermitted: the actor neither works on notices nor registers issuers.
        Refused: a particular is not valid.
    """
    if not actor.can(Can.REVIEW_NOTICE, issuer):
        require(actor, Can.REGISTER_ISSUERS, issuer)
    if changed := _change(issuer, particulars):
        audit.record(CHANGED, target=issuer, actor=actor, data={"fields": changed})
        return publish_change(issuer)
    return None


@transaction.atomic
def correct_entry(licence: Licence, *, reason: str, actor: Actor, **particulars: str) -> RegisterEntry:
    """Correct what the register says wrongly of a licensee; the wrong version stays in its history.

    Raises:
        NotPermitted: the actor does not register issuers.
        Refused: no reason is given, nothing differs, a particular is not valid, or the entry is removed.
    """
    require(actor, Can.REGISTER_ISSUERS, licence)
    if not reason.strip():
        raise Refused(_("Say why the entry is corrected: the reason is part of the record."))
    row = Licence.objects.select_for_update(no_key=True).get(pk=licence.pk)
    if row.has_ended:
        raise Refused(_("The entry of %(number)s is removed from the register.") % {"number": row.number})
    changed = _change(row.issuer, particulars)
    entry = publish_entry(row, event=RegisterEntry.Event.CORRECTED) if changed else None
    if entry is None:
        raise Refused(_("The entry says this already: nothing is corrected."))
    audit.record(CORRECTED, target=row.issuer, actor=actor, data={"reason": reason.strip(), "fields": changed})
    return entry


def correction_preview(licence: Licence, particulars: dict[str, str]) -> list[Any]:
    """Return what a correction would change, without changing it."""
    latest = licence.entries.order_by("-version").first()
    before = latest.fields if latest else entry_fields(licence)
    return changes_between(before, before | particulars)


def _change(issuer: Issuer, particulars: dict[str, str]) -> list[str]:
    """Set what differs on the organisation and its issuer; return the names of what did."""
    if unknown := sorted(set(particulars) - set(PARTICULARS)):
        raise TypeError(f"the register has no particulars {unknown}")
    row = Issuer.objects.select_for_update(no_key=True).get(pk=issuer.pk)
    body = Organisation.objects.select_for_update(no_key=True).get(pk=row.organisation_id)
    changed = [
        name for name, value in particulars.items() if getattr(body if name in NAMES else row, name) != value.strip()
    ]
    for name in changed:
        setattr(body if name in NAMES else row, name, particulars[name].strip())
    _save_valid(body, [name for name in changed if name in NAMES])
    _save_valid(row, [name for name in changed if name not in NAMES])
    return changed


def _save_valid(record: Organisation | Issuer, names: Iterable[str]) -> None:
    names = list(names)
    if not names:
        return
    try:
        record.clean_fields(exclude=[field.name for field in record._meta.fields if field.name not in names])
    except ValidationError as problem:
        raise Refused(" ".join(problem.messages))
    record.save(update_fields=names)
