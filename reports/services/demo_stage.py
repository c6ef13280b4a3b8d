"""Where the licensing part of the demonstration is played: its people, its days, and how somebody comes in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.calendars import HongKongCalendar
from core.invitations import accept_invitation
from core.models import Invitation, Message, User
from issuers.models import Issuer, Licence
from reports.demo.cast import new_password
from reports.services.demo_clock import PlayedClock, hong_kong
from reports.services.demo_people import set_second_factor

LINK = re.compile(r"/invitation/([\w-]+)/")


@dataclass(frozen=True, slots=True)
class Stage:
    """The last day of the world, its calendar and clock, and the cast by name."""

    until: date
    calendar: HongKongCalendar
    clock: PlayedClock
    people: dict[str, User]

    def day(self, ago: int) -> date:
        """Return the business day so many calendar days before the last, or the one before it."""
        return self.calendar.on_or_before(self.until - timedelta(days=ago))

    def at(self, ago: int, hour: int, minute: int = 0) -> datetime:
        """Go to a time of such a day, and return it."""
        return self.on(self.day(ago), hour, minute)

    def on(self, day: date, hour: int, minute: int = 0) -> datetime:
        """Go to a time of a day, and return it."""
        instant = hong_kong(day, hour, minute)
        self.clock.set(instant)
        return instant


def licence_of(issuer: Issuer) -> Licence:
    """Return the licence that an issuer of the world holds."""
    assert issuer.licence, f"{issuer} holds a licence in the world"
    return issuer.licence


def admit(invitation: Invitation, *, password: str = "", totp_secret: str = "") -> User:
    """Follow the link in the mail, as the invited person does; with a secret the account has its second factor."""
    mail = Message.objects.filter(notice="core/invited", address=invitation.email).latest("pk")
    link = LINK.search(mail.text)
    assert link, "the mail has the link"
    user = accept_invitation(link[1], password=password or new_password())
    if totp_secret:
        set_second_factor(user, totp_secret)
    return user
