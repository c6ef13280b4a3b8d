"""What screenings and decisions mean for somebody behind an issuer: the clearance that a grant depends on."""

from __future__ import annotations

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from aml.models import Alert, ListEntry, ListVersion, Screening, ScreeningRun, Subject
from aml.selectors.searching import ALL, missing_lists
from aml.selectors.watchlists import Change
from aml.workflows import alert_words
from core import audit, cases
from core.access import SYSTEM, Actor
from core.models import CaseNote
from issuers.models import Clearance, Issuer, Person
from issuers.services.clearances import record_clearance

GONE = audit.verb("aml.alert.entry_gone", gettext_noop("noted that what %(target)s met is no longer on the list"),
                  reading=alert_words)
CHANGED = audit.verb("aml.alert.entry_changed", gettext_noop("noted that %(target)s no longer meets the changed entry"),
                     reading=alert_words)
#: What the reference of a clearance begins with that rests on a screening of the platform; its number follows.
REFERENCE = "SCREENING-"
State = Clearance.State


def record_standing(subject: Subject, screening: Screening, *, actor: Actor = SYSTEM) -> Clearance | None:
    """Record where somebody behind an issuer stands, if that is not what the latest clearance says.

    Nobody is clear who was not searched in every list that the policy requires; and what an officer recorded of a
    screening elsewhere, if it is not clear, only an officer takes back.
    """
    state = _state_of(subject, screening)
    whom = _behind(subject) if state else None
    if whom is None:
        return None
    issuer, person = whom
    latest = issuer.clearances.filter(person=person).first()
    if latest is not None and (latest.state == state or (state == State.CLEAR and _stands_by_itself(latest))):
        return None
    return record_clearance(issuer, person=person, state=state, reference=f"{REFERENCE}{screening.pk}", actor=actor)


def screening_of(reference: str) -> int | None:
    """Return the key of the screening that a clearance rests on; None where it was made elsewhere."""
    number = reference.removeprefix(REFERENCE)
    return int(number) if number != reference and number.isdecimal() and len(number) < 18 else None


def latest_full(subject: Subject) -> Screening | None:
    """Return the latest screening of the subject, as it reads now, that searched whole lists."""
    rows = subject.screenings.filter(subject_digest=subject.digest).select_related("run")
    return next((row for row in rows[:50] if _is_full(row.run)), None)


def _state_of(subject: Subject, screening: Screening) -> str:
    """Return the state that holds, or "" where nothing can be said: not all that is required was searched."""
    statuses = set(Alert.objects.filter(subject=subject).values_list("status", flat=True))
    if Alert.Status.CONFIRMED in statuses:
        return State.HIT
    if statuses - {Alert.Status.CLEARED}:
        return State.PENDING
    full = screening if _is_full(screening.run) and screening.subject_digest == subject.digest else latest_full(subject)
    return "" if full is None or missing_lists(full.run.lists) else State.CLEAR


def _is_full(run: ScreeningRun) -> bool:
    return all(each["searched"] == ALL for each in run.lists)


def _stands_by_itself(clearance: Clearance) -> bool:
    """Whether an officer recorded it of a screening made elsewhere."""
    return clearance.recorded_by_id is not None and screening_of(clearance.reference) is None


def _behind(subject: Subject) -> tuple[Issuer, Person | None] | None:
    place, _colon, key = subject.key.partition(":")
    if place == "person":
        person = Person.objects.filter(pk=int(key), removed_at=None).select_related("issuer").first()
        return (person.issuer, person) if person else None
    if place == "issuer":
        issuer = Issuer.objects.filter(pk=int(key)).first()
        return (issuer, None) if issuer else None
    return None


def note_removed(version: ListVersion, change: Change) -> int:
    """Note on alerts that their entry left the list, or changed and is no longer met; officers decide what follows."""
    gone = {row.key for row in change.removed}
    changed = {row.key: row for row in change.changed}
    alerts = Alert.objects.filter(
        Q(entry__key__in=gone | changed.keys()), entry__source=version.source, entry__since__lt=version.number,
    ).select_related("entry", "case")
    noted = 0
    for alert in alerts:
        assert alert.entry is not None  # it was found by its entry
        verb = GONE if alert.entry.key in gone else CHANGED
        audit.record(verb, target=alert, actor=SYSTEM, data={"list": str(version)})
        with translation.override(None):  # a note is kept in one language, as it was written
            text = _note(verb, alert.entry, version)
        cases.note_case(alert.case, text=text, audience=CaseNote.Audience.AUTHORITY, actor=SYSTEM)
        noted += 1
    return noted


def _note(verb: str, entry: ListEntry, version: ListVersion) -> str:
    words = {"name": entry.name, "list": version.get_source_display(), "number": version.number}
    if verb == GONE:
        return _("%(name)s is no longer on the list: %(list)s, version %(number)d. The alert stays until it is"
                 " decided.") % words
    return _("The entry %(name)s changed and is no longer met: %(list)s, version %(number)d. The alert stays until it"
             " is decided.") % words
