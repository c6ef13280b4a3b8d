"""Teams of officers: who belongs to one, and which cases wait for it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from core import audit
from core.access import Actor, require
from core.cases import worked_with
from core.errors import Refused
from core.models import Case, Membership, Organisation, Team, User
from core.roles import ROLES, Can

CREATED = audit.verb("core.team.created", gettext_noop("created team %(target)s"))
CHANGED = audit.verb("core.team.changed", gettext_noop("set the members of team %(target)s: %(members)s"),
                     words=audit.coded(members={"-": gettext_lazy("nobody")}))
GIVEN = audit.verb("core.case.given", gettext_noop("gave case %(target)s to team %(team)s"),
                   words=audit.coded(team={"-": gettext_lazy("(none)")}))


def working_officers(permission: Can = Can.WORK_CASES) -> QuerySet[User]:
    """Return the people of the authority who work cases today, or those that take another permission, by name."""
    working = [role.value for role, granted in ROLES.items() if permission in granted]
    current = Membership.objects.current().filter(organisation__kind=Organisation.Kind.AUTHORITY, role__in=working)
    return User.objects.filter(pk__in=current.values("user"), is_active=True).order_by("name")


@transaction.atomic
def create_team(*, name_en: str, actor: Actor, name_zh_hant: str = "", name_zh_hans: str = "") -> Team:
    """Create a team without members.

    Raises:
        NotPermitted: the actor does not manage people.
        Refused: a team of that name exists.
    """
    require(actor, Can.MANAGE_PEOPLE)
    try:
        with transaction.atomic():
            team = Team.objects.create(
                slug=slugify(name_en)[:40] or "team", name_en=name_en, name_zh_hant=name_zh_hant,
                name_zh_hans=name_zh_hans,
            )
    except IntegrityError:
        raise Refused(_("There is a team named %(name)s already.") % {"name": name_en})
    audit.record(CREATED, target=team, actor=actor)
    return team


@transaction.atomic
def set_team_members(team: Team, *, members: Iterable[User], actor: Actor) -> Team:
    """Say who belongs to the team from now on.

    Raises:
        NotPermitted: the actor does not manage people.
        Refused: somebody does not work cases.
    """
    require(actor, Can.MANAGE_PEOPLE)
    row = Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    chosen = sorted(members, key=lambda user: user.name)
    for user in chosen:
        if not user.can(Can.WORK_CASES):
            raise Refused(_("%(name)s does not work cases.") % {"name": user.name})
    row.members.set(chosen)
    audit.record(CHANGED, target=row, actor=actor, data={"members": ", ".join(user.name for user in chosen) or "-"})
    return row


@transaction.atomic
def assign_case_to_team(case: Case, *, team: Team | None, actor: Actor) -> Case:
    """Let the case wait for a team, or for none; its officer stays.

    Raises:
        NotPermitted: the actor does not work cases.
        Refused: the case is closed.
    """
    require(actor, worked_with(case), case)
    row = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    if row.status != Case.Status.OPEN:
        raise Refused(_("Case %(reference)s is closed.") % {"reference": row.reference})
    row.team = team
    row.save(update_fields=["team"])
    audit.record(GIVEN, target=row, actor=actor, data={"team": team.name_en if team else "-"})
    return row
