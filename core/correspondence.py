"""Messages between the authority and an issuer on a case that both may know of: written, drafted, read, answered.

A message is a note of the case for both sides (``CaseNote``). Once sent nobody changes it. What an officer writes for
officers only is a note too, and never part of the thread.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import audit, blobs, cases, clock
from core.access import Actor, require
from core.business_days import check_day
from core.errors import Refused
from core.models import Case, CaseDraft, CaseEnclosure, CaseNote, CaseReading, User
from core.outbox import Notice, enqueue
from core.roles import Can
from core.teams import working_officers
from core.uploads import CheckedFile

WRITTEN = audit.verb("core.case.message_sent", gettext_noop("sent a message on case %(target)s"),
                     audience=audit.Audience.ISSUER)
ASKED = audit.verb(
    "core.case.answer_asked", gettext_noop("sent a message on case %(target)s, to be answered by %(day)s"),
    audience=audit.Audience.ISSUER,
)
SETTLED = audit.verb("core.case.no_answer_needed", gettext_noop("said that case %(target)s needs no answer"))

LONGEST = 10_000
MOST_FILES = 10


@dataclass(frozen=True)
class MessageWaits(Notice):
    """Somebody of the other side wrote on a case: the mail says where, and nothing of what."""

    case: str
    title: Any
    site: str
    answer_by: date | None


def may_correspond(case: Case) -> bool:
    """Say whether there can be messages with the issuer on the case: never on one that it may not know of."""
    declared = cases.KINDS[case.kind]
    return declared.seen_by_issuer and declared.seen_with is None


def thread_of(case: Case) -> QuerySet[CaseNote]:
    """Return the messages of the case, oldest first, each with its files and with when the other side read it."""
    if not may_correspond(case):
        return CaseNote.objects.none()
    written = case.notes.filter(audience=CaseNote.Audience.ISSUER).select_related("reading")
    return written.prefetch_related(Prefetch("enclosures", CaseEnclosure.objects.select_related("blob")))


def enclosures_of(case: Case) -> QuerySet[CaseEnclosure]:
    """Return the files of all messages of the case."""
    return CaseEnclosure.objects.filter(note__in=thread_of(case)).select_related("note")


def draft_of(case: Case, author: User) -> CaseDraft | None:
    """Return what the person has begun to write on the case."""
    return CaseDraft.objects.filter(case=case, author=author).first()


@transaction.atomic
def send_message(
    case: Case, *, text: str, actor: Actor, files: Sequence[CheckedFile] = (), answer_by: date | None = None,
    key: str = "",
) -> CaseNote:
    """Write to the other side on the case, and send word of it to its people.

    ``key`` is what the sender calls the message by: sent again under it, it is the message that was sent, also when
    the case is closed by then.

    Raises:
        NotPermitted: the actor does not write on the case.
        Refused: the issuer may not know of the case, it is closed, nothing is said, too much is, the day by which an
            answer is asked for is past or not the issuer's to set, or another message was sent under the key.
    """
    row = _locked(case, actor)
    said = text.replace("\x00", "").replace("\r\n", "\n").strip()
    named = _name(row, actor, key)
    if named and (sent := CaseNote.objects.filter(key=named).first()):
        if (sent.text, sent.answer_by, _digests(sent)) != (said, answer_by, {_digest(file) for file in files}):
            raise Refused(_("Another message was sent under this key already."), code="idempotency_key_reused")
        return sent
    _must_be_open(row)
    _must_be_sound(said, files, answer_by, actor)
    note = CaseNote.objects.create(
        case=row, author=actor if isinstance(actor, User) else None, author_label=actor.label, text=said,
        audience=CaseNote.Audience.ISSUER, from_issuer=not actor.is_authority, answer_by=answer_by, key=named,
        written_at=clock.now(),
    )
    for file in files:
        CaseEnclosure.objects.create(note=note, blob=blobs.store_blob(file.raw), filename=file.filename,
                                     media_type=file.media_type)
    _note_who_waits(row, note)
    if isinstance(actor, User):
        CaseDraft.objects.filter(case=row, author=actor).delete()
    data = {"sha256": hashlib.sha256(said.encode()).hexdigest(), "files": sorted(_digests(note))}
    if answer_by:
        audit.record(ASKED, target=row, actor=actor, data=data | {"day": answer_by.isoformat()})
    else:
        audit.record(WRITTEN, target=row, actor=actor, data=data)
    _send_word(row, note)
    return note


def _locked(case: Case, actor: Actor) -> Case:
    row = Case.objects.select_for_update(no_key=True, of=("self",)).select_related("owner", "assignee").get(pk=case.pk)
    require(actor, Can.WRITE_MESSAGES, row)
    if not may_correspond(row):
        raise Refused(_("The issuer may not know of this case."))
    return row


def _must_be_open(row: Case) -> None:
    if row.status != Case.Status.OPEN:
        raise Refused(_("Case %(reference)s is closed: its messages can be read, and no more are sent.")
                      % {"reference": row.reference}, code="case_closed")


def _must_be_sound(said: str, files: Sequence[CheckedFile], answer_by: date | None, actor: Actor) -> None:
    if not said:
        raise Refused(_("Write your message first."), code="empty")
    if len(said) > LONGEST:
        raise Refused(_("A message has at most %(count)d characters. Enclose the rest as a file.") % {"count": LONGEST},
                      code="too_long")
    if len(files) > MOST_FILES:
        raise Refused(_("A message has at most %(count)d files.") % {"count": MOST_FILES}, code="too_many_files")
    if answer_by and not actor.is_authority:
        raise Refused(_("Only the authority sets a day for an answer."), code="not_yours_to_set")
    check_day(answer_by)
    if answer_by and answer_by < clock.today():
        raise Refused(_("The day by which an answer is asked for is past."), code="past")


def _name(case: Case, actor: Actor, key: str) -> str | None:
    if not key:
        return None
    whose = f"{type(actor).__name__}:{getattr(actor, 'pk', '')}"
    return hashlib.sha256(f"{case.pk}:{whose}:{key}".encode()).hexdigest()


def _digest(file: CheckedFile) -> str:
    return hashlib.sha256(file.raw).hexdigest()


def _digests(note: CaseNote) -> set[str]:
    return set(note.enclosures.values_list("blob_id", flat=True))


def _note_who_waits(row: Case, note: CaseNote) -> None:
    """The issuer's message waits from the first that is not answered; an answer asked for is given by any message."""
    if note.from_issuer:
        row.unanswered_since, row.answer_by = row.unanswered_since or note.written_at, None
    else:
        row.unanswered_since, row.answer_by = None, note.answer_by or row.answer_by
    row.save(update_fields=["unanswered_since", "answer_by"])


def _send_word(row: Case, note: CaseNote) -> None:
    title = cases.KINDS[row.kind].title
    if note.from_issuer:
        enqueue(MessageWaits(row.reference, title, "officer", None), to=_officers_of(row), key=str(note.pk))
    else:
        enqueue(MessageWaits(row.reference, title, "portal", note.answer_by), to=row.owner, may=Can.WRITE_MESSAGES,
                key=str(note.pk))


def _officers_of(row: Case) -> Iterable[User]:
    """Return who is told of the issuer's message: the case's officer, or its team's, or all who work cases."""
    working = working_officers(cases.worked_with(row))
    if row.assignee is not None and working.filter(pk=row.assignee.pk).exists():
        return [row.assignee]
    team = working.filter(pk__in=row.team.members.values("pk")) if row.team else working.none()
    return list(team) or list(working)


@transaction.atomic
def save_draft(case: Case, *, text: str, key: str, actor: User) -> CaseDraft | None:
    """Keep what the person has written so far; nothing of it is sent. Without text there is no draft.

    What arrives after the message of that key was sent is not kept: it is the message.

    Raises:
        NotPermitted: the actor does not write on the case.
        Refused: the issuer may not know of the case, it is closed, or the text is too long.
    """
    row = _locked(case, actor)
    _must_be_open(row)
    said = text.replace("\x00", "").replace("\r\n", "\n")[: LONGEST + 1]
    if len(said) > LONGEST:
        raise Refused(_("A message has at most %(count)d characters. Enclose the rest as a file.") % {"count": LONGEST},
                      code="too_long")
    if CaseNote.objects.filter(key=_name(row, actor, key)).exclude(key=None).exists():
        return None
    if not said.strip():
        CaseDraft.objects.filter(case=row, author=actor).delete()
        return None
    kept = {"key": key[:64], "text": said, "saved_at": clock.now()}
    return CaseDraft.objects.update_or_create(case=row, author=actor, defaults=kept)[0]


@transaction.atomic
def settle_thread(case: Case, *, actor: Actor) -> Case:
    """Say that what the issuer wrote needs no answer; saying it twice changes nothing.

    Raises:
        NotPermitted: the actor does not work cases.
        Refused: the issuer may not know of the case, or it is closed.
    """
    require(actor, cases.worked_with(case), case)
    row = _locked(case, actor)
    _must_be_open(row)
    if row.unanswered_since is not None:
        row.unanswered_since = None
        row.save(update_fields=["unanswered_since"])
        audit.record(SETTLED, target=row, actor=actor)
    return row


def read_thread(case: Case, *, reader: User) -> int:
    """Note that the reader's side has read what the other wrote; return how many messages were new to it.

    It counts once somebody who may answer opened them. What was read stays read from that first time.
    """
    if not reader.can(Can.WRITE_MESSAGES, case):
        return 0
    new = thread_of(case).filter(from_issuer=reader.is_authority, reading=None).prefetch_related(None)
    now = clock.now()
    rows = [CaseReading(note_id=pk, reader=reader, read_at=now) for pk in new.values_list("pk", flat=True)]
    if rows:
        CaseReading.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
