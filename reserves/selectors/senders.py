"""Reading who besides the issuer sends files about a coin, and about which coins an actor may send."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import F, Q, QuerySet

from core import clock
from core.access import Actor
from core.models import ApiKey, Organisation
from core.roles import Can
from issuers.models import Coin
from reserves.models import FeedSchedule, FeedSender
from reserves.models.schedules import SENDING_KINDS


def registered_senders(coin: Coin, feed: str) -> list[Organisation]:
    """Return the organisations that are registered today to send the feed for the coin."""
    rows = FeedSender.objects.in_force(clock.today()).filter(coin=coin, feeds__contains=[feed])
    return [row.organisation for row in rows.select_related("organisation").order_by("organisation_id")]


def coins_to_send_for(actor: Actor) -> QuerySet[Coin]:
    """Return the coins about which the actor knows to send files: its own, and those it is registered for today."""
    coins = Coin.objects.select_related("issuer__organisation")
    if actor.is_authority:
        return coins
    registered = FeedSender.objects.in_force(clock.today()).filter(organisation__in=actor.organisation_ids)
    return coins.filter(Q(issuer__organisation__in=actor.organisation_ids) | Q(pk__in=registered.values("coin")))


def may_send(actor: Actor, coin: Coin, feed: str) -> bool:
    """Say whether the actor may send the feed about the coin, for the issuer or as a registered sender."""
    if actor.can(Can.SEND_FEEDS, coin):
        return True
    return any(actor.can(Can.SEND_FEEDS, sender) for sender in registered_senders(coin, feed))


def sending_organisations() -> QuerySet[Organisation]:
    """Return the custodians, banks and sources of prices that are on record, by name."""
    return Organisation.objects.filter(kind__in=SENDING_KINDS).order_by("name_en")


def rows_of(model: type[FeedSchedule] | type[FeedSender], coin: Coin) -> QuerySet:
    """Return a coin's rows of the schedule or of its senders, the newest first, whatever became of them."""
    other = "sender" if model is FeedSchedule else "organisation"
    return model.objects.filter(coin=coin).select_related(other, "coin__issuer", "proposed_by").order_by("-pk")[:200]


def keys_of(organisations: Collection[Organisation]) -> QuerySet[ApiKey]:
    """Return the keys of the organisations, those in use first, the newest first."""
    keys = ApiKey.objects.filter(organisation__in=organisations).select_related("organisation", "created_by")
    return keys.order_by(F("revoked_at").desc(nulls_first=True), "-created_at")
