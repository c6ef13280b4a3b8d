"""How people are named to a reader: an issuer sees the part that an officer plays in the authority, not the name."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings

from core import clock
from core.models import Membership, Organisation
from core.wording import ROLE_NAMES


class Attribution:
    """The names of people as one reader may know them; officers are looked up once, and only where one is named.

    Officers read names, and so does everybody where the setting ``SHOW_OFFICER_NAMES`` is on. ``reader`` None is
    somebody outside the authority.
    """

    def __init__(self, reader: Any = None) -> None:
        self.reader = reader

    @cached_property
    def says_names(self) -> bool:
        return settings.SHOW_OFFICER_NAMES or bool(getattr(self.reader, "is_authority", False))

    @cached_property
    def officers(self) -> dict[int, list[Membership]]:
        """Everybody who acts or acted for the authority, each with their parts there, oldest first."""
        found: dict[int, list[Membership]] = {}
        parts = Membership.objects.filter(organisation__kind=Organisation.Kind.AUTHORITY).select_related("user")
        for each in parts.order_by("since", "pk"):
            found.setdefault(each.user_id, []).append(each)
        return found

    def name(self, user_id: int | None, label: str, at: datetime | None = None) -> str:
        """Return the label that was recorded with an act, or the part that the officer played on its day."""
        if self.says_names or user_id is None or user_id == getattr(self.reader, "pk", None):
            return label
        return str(self._part(self.officers[user_id], at)) if user_id in self.officers else label

    def text(self, listed: str) -> str:
        """Return a list of names that somebody wrote, with the parts of officers in place of their names."""
        if self.says_names:
            return listed
        for parts in self.officers.values():
            listed = listed.replace(parts[0].user.name, str(self._part(parts, None)))
        return listed

    @staticmethod
    def _part(parts: list[Membership], at: datetime | None) -> Any:
        day = at.astimezone(clock.HONG_KONG).date() if at else clock.today()
        then = [each for each in parts if each.since <= day and (each.until is None or each.until >= day)]
        return ROLE_NAMES[(then or parts)[-1].role]
