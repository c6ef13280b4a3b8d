"""Playing AML's part of the demonstration: a list, subjects screened, wallets and transfers, alerts being worked."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q

from aml.models import Alert, ListVersion
from aml.services.decisions import confirm_match, decide_alert
from aml.services.flows import sweep_flows
from aml.services.parameters import decide_parameter, propose_parameter
from aml.services.screening import screen_waiting
from aml.services.subjects import sweep_subjects
from aml.services.watchlists import load_watchlist, release_load
from core import feeds
from core.access import SYSTEM
from core.calendars import HongKongCalendar
from core.models import ApiKey, User
from core.roles import Role
from issuers.models import Coin
from issuers.services.coins import state_decimals
from reports.demo import watch
from reports.demo.files import csv_of
from reports.services.demo_clock import PlayedClock, hong_kong


def play_watch(coin: Coin, *, until: date, calendar: HongKongCalendar, clock: PlayedClock) -> None:
    """Play the last days of AML's officers on one coin and on everybody on record; a second time changes nothing."""
    key = ApiKey.objects.select_related("organisation").filter(
        organisation=coin.issuer.organisation, role=Role.FEED_SENDER).first()
    deployment = coin.deployments.filter(chain=watch.CHAIN).first()
    if ListVersion.objects.exists() or key is None or deployment is None:
        return
    dee, dan = User.objects.get(name="Dee Ng"), User.objects.get(name="Dan Yip")
    first = calendar.previous_business_day(until)
    clock.set(hong_kong(first, 10, 0))
    _set_parameters(first, dee, dan)
    _load_list(dee, dan)
    clock.set(hong_kong(first, 10, 40))
    state_decimals(deployment, decimals=watch.DECIMALS, actor=SYSTEM)
    _send(coin, key, "wallets", watch.wallets(coin.symbol), f"{coin.symbol}_wallets.csv")
    for part, day in enumerate((until - timedelta(days=1), until)):
        clock.set(hong_kong(day, 8, 30, days_later=1))
        raw = watch.transfers(coin.symbol, deployment.contract, day, part)
        _send(coin, key, "transfers", raw, f"{coin.symbol}_transfers_{day:%Y%m%d}.csv")
    clock.set(hong_kong(until, 9, 0, days_later=1))
    sweep_flows()
    sweep_subjects()
    screen_waiting()
    clock.set(hong_kong(until, 9, 20, days_later=1))
    _decide(dee, dan)


def _set_parameters(day: date, dee: User, dan: User) -> None:
    for name, value in watch.PARAMETERS.items():
        row = propose_parameter(name, value=value, valid_from=day, source=watch.WHY_SET, actor=dee)
        decide_parameter(row, move="approve", actor=dan)


def _load_list(dee: User, dan: User) -> None:
    """The authority's own list always takes two officers."""
    load = load_watchlist("own", [("own.csv", csv_of(watch.HEADER, watch.OWN_LIST))], actor=dee)
    release_load(load, reason=watch.WHY_LISTED, actor=dan)


def _send(coin: Coin, key: ApiKey, feed: str, raw: bytes, filename: str) -> None:
    owner = coin.issuer.organisation
    sent = feeds.receive(feed, raw, filename=filename, subject=coin.symbol, owner=owner, sender=owner, actor=key)
    feeds.advance(sent.pk)


def _decide(dee: User, dan: User) -> None:
    """One alert cleared, one true match confirmed, one proposed; the others wait."""
    names = Alert.objects.filter(kind=Alert.Kind.NAME).order_by("pk")
    if namesake := names.filter(Q(entry__key="OWN-0003")).first():
        decide_alert(namesake, outcome="false", reason="different_birth_date", actor=dee,
                     text="Fourteen years apart, and another place of birth.")
    held = Alert.objects.filter(kind=Alert.Kind.WALLET).order_by("pk").first()
    if held is not None:
        decide_alert(held, outcome="true", reason="same_address", actor=dee)
        confirm_match(held, actor=dan)
    if contact := Alert.objects.filter(kind="mixer").order_by("pk").first():
        decide_alert(contact, outcome="unclear", reason="more_information", actor=dee,
                     text="The issuer's travel-rule record of this transfer is asked for at the next inspection.")
