"""Screening subjects: every search is kept, every hit raises its alert, and issuers' clearances follow.

A run goes in batches, each its own transaction: a run whose worker dies goes on where it stopped, and neither evidence
nor an alert is written twice.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from aml.models import Alert, Hit, ListEntry, ListVersion, Screening, ScreeningRun, Subject
from aml.selectors.searching import ALL, Searcher, query_data, search, searcher_in_force, searcher_of_changes
from aml.selectors.watchlists import Change, change_of
from aml.services.alerts import raise_alert
from aml.services.standing import note_removed, record_standing
from core import audit, clock
from core.access import SYSTEM, Actor, require
from core.errors import Refused
from core.models import User
from core.roles import Can

SCREENED = audit.verb("aml.subject.screened", gettext_noop("screened %(target)s on request"))
BATCH = 100
Reason = ScreeningRun.Reason


def screen_subjects(
    subjects: QuerySet[Subject], reason: str, *, actor: Actor = SYSTEM, searcher: Searcher | None = None,
) -> ScreeningRun:
    """Search every one of the subjects in the lists in force; go on with a run for the same reason that broke off.

    Raises:
        NotPermitted: the actor does not work alerts.
        Refused: no list is in force, so that nothing can be searched.
    """
    require(actor, Can.WORK_ALERTS)
    searcher = searcher or searcher_in_force()
    if not searcher.lists:
        raise Refused(_("No list is in force: nobody can be screened."), code="no_list")
    run = _begin(reason, searcher, actor)
    while _screen_batch(run, subjects, searcher):
        pass
    return _end(run)


def screen_waiting() -> list[ScreeningRun]:
    """Screen who is new and who changed: a subject whose ``screened_at`` is empty waits."""
    waiting = Subject.objects.filter(ended_at=None, screened_at=None)
    screened = Exists(Screening.objects.filter(subject=OuterRef("pk")))
    return [
        screen_subjects(rows, reason)
        for rows, reason in ((waiting.exclude(screened), Reason.ENTRY), (waiting.filter(screened), Reason.CHANGE))
        if rows.exists()
    ]


def screen_everybody() -> ScreeningRun:
    """Screen every subject in every list in force, as every night."""
    return screen_subjects(Subject.objects.filter(ended_at=None), Reason.NIGHTLY)


def screen_on_request(subject: Subject, *, actor: Actor) -> Screening:
    """Screen one subject now, because an officer asks.

    Raises:
        NotPermitted: the officer does not work alerts.
        Refused: the subject is no longer screened, or no list is in force.
    """
    require(actor, Can.WORK_ALERTS, subject)
    if subject.ended_at is not None:
        raise Refused(_("%(subject)s is no longer on record and is not screened.") % {"subject": subject})
    searcher = searcher_in_force()
    if not searcher.lists:
        raise Refused(_("No list is in force: nobody can be screened."), code="no_list")
    with transaction.atomic():
        run = _new_run(Reason.REQUEST, searcher, actor)
        _screen_batch(run, Subject.objects.filter(pk=subject.pk), searcher)
        audit.record(SCREENED, target=subject, actor=actor)
        _end(run)
    return run.screenings.get()


def screen_list_change(version: ListVersion) -> ScreeningRun | None:
    """Search every subject among what the version added and changed; the first of a list is searched in full.

    What the version removed releases nothing: the alerts on it are noted, and an officer decides. Returns None where
    there is nothing to search in or nobody to search for, or where it was done before.
    """
    version = ListVersion.objects.get(pk=version.pk)
    if version.screened_at is not None:
        return None
    change = change_of(version)
    run = _search_change(version, change)
    with transaction.atomic():
        row = ListVersion.objects.select_for_update(no_key=True).get(pk=version.pk)
        if row.screened_at is None:
            note_removed(row, change)
            row.screened_at = clock.now()
            row.save(update_fields=["screened_at"])
    return run


def _search_change(version: ListVersion, change: Change) -> ScreeningRun | None:
    subjects = Subject.objects.filter(ended_at=None)
    # What a later version ended meanwhile is not searched for.
    entries = [row for row in (*change.added, *change.changed) if row.until is None]
    if not entries or not subjects.exists():
        return None
    if not ListVersion.objects.filter(source=version.source, number__lt=version.number).exists():
        return screen_subjects(subjects, Reason.LIST_CHANGE)
    return screen_subjects(subjects, Reason.LIST_CHANGE, searcher=searcher_of_changes(version, entries))


def _begin(reason: str, searcher: Searcher, actor: Actor) -> ScreeningRun:
    """Return the run for the same reason, in the same lists and by the same algorithm that broke off, or a new one."""
    broken = ScreeningRun.objects.filter(
        reason=reason, ended_at=None, algorithm=searcher.algorithm, threshold=searcher.threshold, lists=searcher.lists,
        started_by=actor if isinstance(actor, User) else None,
    )
    return broken.first() or _new_run(reason, searcher, actor)


def _new_run(reason: str, searcher: Searcher, actor: Actor) -> ScreeningRun:
    return ScreeningRun.objects.create(
        reason=reason, algorithm=searcher.algorithm, threshold=searcher.threshold, lists=searcher.lists,
        started_by=actor if isinstance(actor, User) else None,
    )


@transaction.atomic
def _screen_batch(run: ScreeningRun, subjects: QuerySet[Subject], searcher: Searcher) -> int:
    """Screen the next subjects that the run has not, and return how many; two workers take turns at one run."""
    ScreeningRun.objects.select_for_update(no_key=True).get(pk=run.pk)
    done = Exists(Screening.objects.filter(run=run, subject=OuterRef("pk")))
    waiting = subjects.exclude(done).select_related("owner").order_by("pk")
    # Another run may have the same subjects in hand: each of them raises alerts for one run at a time.
    batch = list(waiting.select_for_update(no_key=True, of=("self",))[:BATCH])
    for subject, found in zip(batch, search(searcher, batch) if batch else (), strict=True):
        _keep(run, subject, found)
    return len(batch)


def _keep(run: ScreeningRun, subject: Subject, found: Any) -> None:
    """Write the evidence, raise the alerts, and let the clearance follow."""
    screening = Screening.objects.create(
        run=run, subject=subject, query=query_data(subject), subject_digest=subject.digest, compared=found.compared,
        best_score=_decimal(found.best), hit_count=len(found.matches), screened_at=clock.now(),
    )
    entries = ListEntry.objects.in_bulk([int(match.ref) for match in found.matches])
    for match in found.matches:
        entry, score = entries[int(match.ref)], _decimal(match.score)
        Hit.objects.create(screening=screening, entry=entry, matched_name=match.matched_name, score=score,
                           explanation=match.explanation)
        raise_alert(Alert.Kind.NAME, key=alert_key(subject, entry), owner=subject.owner, subject=subject, entry=entry,
                    score=score, explanation=dict(match.explanation) | {"matched_name": match.matched_name})
    if subject.screened_at is not None or _is_full(run):
        subject.screened_at = screening.screened_at
        Subject.objects.filter(pk=subject.pk, digest=subject.digest).update(screened_at=screening.screened_at)
    record_standing(subject, screening)


def alert_key(subject: Subject, entry: ListEntry) -> str:
    """Return what makes it the same alert, however often and in whatever version of the list it is found."""
    return f"name:{subject.key}:{entry.source}:{entry.key}"


def _is_full(run: ScreeningRun) -> bool:
    return all(each["searched"] == ALL for each in run.lists)


def _decimal(score: Any) -> str:
    """Return a score as rows keep it: a decimal with four places."""
    return score if isinstance(score, str) else f"{score:.4f}"


@transaction.atomic
def _end(run: ScreeningRun) -> ScreeningRun:
    row = ScreeningRun.objects.select_for_update(no_key=True).get(pk=run.pk)
    if row.ended_at is None:
        row.ended_at = clock.now()
        row.subject_count = row.screenings.count()
        row.hit_count = Hit.objects.filter(screening__run=row).count()
        row.save(update_fields=["ended_at", "subject_count", "hit_count"])
    return row
