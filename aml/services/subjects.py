"""Keeping the list of who is screened in step with what is on record: new, changed and gone subjects."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_noop

from aml.models import Subject
from aml.selectors.particulars import Particulars, everybody
from core import audit, clock
from core.access import SYSTEM, Actor, require
from core.models import Organisation
from core.roles import Can

ENTERED = audit.verb("aml.subject.entered", gettext_noop("will screen %(target)s"))
CHANGED = audit.verb("aml.subject.changed", gettext_noop("will screen %(target)s again: the particulars changed"))
ENDED = audit.verb("aml.subject.ended", gettext_noop("no longer screens %(target)s"))
BATCH = 500


@dataclass(frozen=True, slots=True)
class Swept:
    """How many subjects a sweep entered, changed and ended."""

    entered: int
    changed: int
    ended: int


@transaction.atomic
def sweep_subjects(*, actor: Actor = SYSTEM) -> Swept:
    """Enter who is new, take over what changed, end who is gone; who is new, changed or back waits to be screened.

    Nothing is deleted: what was searched of somebody, and found, stays on record after them.

    Raises:
        NotPermitted: the actor does not work alerts.
    """
    require(actor, Can.WORK_ALERTS)
    # One sweep at a time: everybody who sweeps waits for the first organisation's row.
    Organisation.objects.select_for_update(no_key=True).order_by("pk").first()
    standing = {row.key: row for row in Subject.objects.all()}
    wanted = {each.key: each for each in everybody()}
    new = [Subject(key=each.key, **each.fields) for key, each in wanted.items() if key not in standing]
    Subject.objects.bulk_create(new, batch_size=BATCH)
    changed = [row for key, row in standing.items() if key in wanted and _take_over(row, wanted[key])]
    gone = [row for key, row in standing.items() if key not in wanted and row.ended_at is None]
    for row in gone:
        row.ended_at = clock.now()
        row.save(update_fields=["ended_at"])
    audit.record_all([
        *(audit.event(ENTERED, target=row, actor=actor) for row in new),
        *(audit.event(CHANGED, target=row, actor=actor) for row in changed),
        *(audit.event(ENDED, target=row, actor=actor) for row in gone),
    ])
    return Swept(len(new), len(changed), len(gone))


def _take_over(row: Subject, found: Particulars) -> bool:
    """Write what differs; say whether the subject has to be screened again."""
    fields = found.fields
    differs = any(getattr(row, name) != value for name, value in fields.items())
    again = row.digest != fields["digest"] or row.ended_at is not None
    if not differs and not again:
        return False
    for name, value in fields.items():
        setattr(row, name, value)
    row.ended_at = None
    if again:
        row.changed_at, row.screened_at = clock.now(), None
    row.save()
    return again
