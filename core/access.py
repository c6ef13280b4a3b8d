"""Who is acting, and which record an actor may reach."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

from django.db import models
from django.http import Http404
from django.utils.translation import gettext as _

from core.errors import NotPermitted
from core.roles import Can

Row = TypeVar("Row", bound=models.Model)


class Actor(Protocol):
    """Whoever does something: a person, a machine's key, or the platform itself."""

    @property
    def is_authority(self) -> bool: ...

    @property
    def organisation_ids(self) -> frozenset[int]: ...

    @property
    def label(self) -> str: ...

    def can(self, permission: Can, record=None) -> bool: ...


class System:
    """The platform's own workers; they see all and may do what no person needs to decide."""

    is_authority = True
    organisation_ids: frozenset[int] = frozenset()
    label = "Assay"
    pk = None
    MAY = frozenset(
        {Can.OPERATE, Can.RUN_DAY, Can.SEND_FEEDS, Can.RENDER_REPORTS, Can.REGISTER_ISSUERS, Can.WORK_CASES,
         Can.APPROVE_REFERENCE, Can.PROPOSE_REFERENCE, Can.ENTER_CLOSURE, Can.CLOSE_BREACH, Can.RECORD_CLEARANCE,
         Can.INVITE_APPLICANT, Can.RECORD_FEE, Can.DECIDE_LICENCE_ACTION, Can.VIEW_ALERTS, Can.WORK_ALERTS,
         Can.LOAD_WATCHLISTS}
    )

    def can(self, permission: Can, record=None) -> bool:
        return permission in self.MAY

    def __str__(self) -> str:
        return self.label


SYSTEM = System()


def visible_or_404(rows: type[Row] | models.QuerySet[Row], actor: Actor, **lookup) -> Row:
    """Return the one row that the actor may know of.

    Raises:
        Http404: there is none, or it is another's: the two answers are the same on purpose.
    """
    if any("\x00" in value for value in lookup.values() if isinstance(value, str)):
        raise Http404  # no text in the database holds a NUL, and asking for one is an error there
    queryset: Any = rows._default_manager.all() if isinstance(rows, type) else rows
    row = queryset.visible_to(actor).filter(**lookup).first()
    if row is None:
        raise Http404
    return row


def not_permitted(permission: Can) -> NotPermitted:
    """Return the refusal for somebody who lacks the permission."""
    return NotPermitted(_("You do not have the permission %(permission)s.") % {"permission": permission})


def require(actor: Actor, permission: Can, record=None) -> None:
    """Let the actor pass, or say what is lacking.

    Raises:
        NotPermitted: no current role of the actor grants the permission for this record.
    """
    if not actor.can(permission, record):
        raise not_permitted(permission)
