"""Feed intake: bytes come in once, are judged whole, and end as accepted or refused with all problems.

A file that is well formed and yet not to be believed is held in quarantine until an officer releases or refuses it, or
its sender replaces it.

A row in state *received* is the work to do; Celery only nudges. Each stage is one transaction under
one row lock, so a redelivered or killed task does nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import audit, blobs, clock
from core.access import SYSTEM, Actor, require
from core.cells import Column
from core.errors import FeedRefused, Refused
from core.models import ApiKey, FeedFile, Organisation, User
from core.problems import SENTENCES, Problem
from core.roles import Can
from core.tablefile import Raw, size_of
from core.tables import MAX_PROBLEMS, Parsed
from core.wording import hk_date


def _titled(label: str) -> str:
    """A file's label, which begins with the code of its feed, with the feed's title instead."""
    code, _space, rest = label.partition(" ")
    return f"{FEEDS[code].title} {rest}" if code in FEEDS else label


RECEIVED = audit.verb("core.feed.received", gettext_noop("sent %(target)s"), audience=audit.Audience.ISSUER,
                      reading=_titled)
ACCEPTED = audit.verb("core.feed.accepted", gettext_noop("accepted %(target)s: %(rows)s rows"),
                      audience=audit.Audience.ISSUER, reading=_titled)
REFUSED = audit.verb("core.feed.refused", gettext_noop("refused %(target)s: %(problems)s problems"),
                     audience=audit.Audience.ISSUER, reading=_titled)
SUPERSEDED = audit.verb("core.feed.superseded", gettext_noop("replaced %(target)s by a corrected file"),
                        audience=audit.Audience.ISSUER, reading=_titled)
HELD = audit.verb("core.feed.quarantined", gettext_noop("held %(target)s as implausible"),
                  audience=audit.Audience.ISSUER, reading=_titled)
RELEASED = audit.verb("core.feed.released", gettext_noop("released %(target)s, which was held: %(note)s"),
                      audience=audit.Audience.ISSUER, reading=_titled)
TURNED_DOWN = audit.verb("core.feed.turned_down", gettext_noop("refused %(target)s, which was held: %(note)s"),
                         audience=audit.Audience.ISSUER, reading=_titled)

#: How the names of canonical files end.
TABLES = (".csv", ".xlsx")
#: Refusals that time, or an entry on our side, can heal, so that the same bytes may be judged again.
TIME_BOUND = frozenset({"future_as_of", "unregistered_account"})


def days_by_column(parsed: Parsed) -> dict[date, int]:
    """Return the days of the column ``as_of``, each with the first row that names it."""
    return first_lines(parsed, "as_of")


def first_lines(parsed: Parsed, column: str) -> dict[Any, int]:
    """Return the values of a column, each with the first row that names it."""
    found: dict[Any, int] = {}
    for line, value in zip(parsed.rows.lines, parsed.rows.column(column), strict=True):
        if value is not None and value not in found:
            found[value] = line
    return found


def nothing_more(feed_file: FeedFile, parsed: Parsed) -> Sequence[Problem]:
    """Find no problem."""
    return ()


@dataclass(frozen=True, slots=True)
class Feed:
    """How one feed is read and kept; apps register theirs when they start.

    ``parse`` is pure. ``store`` writes the rows of an accepted file and returns their number. ``days`` says which
    days the lines name, and on which row each is first named: there may be one, which the file is then for, unless the
    lines are of many days (``one_day`` false): such a file is for the day that its sender states, else for the last.
    ``subject_column`` is None where the lines do not say what they are about. ``check`` finds what is wrong with a
    well-formed file by what is on record already; ``doubts`` says why one is not to be believed, and ``held`` is told
    of every file that enters or leaves quarantine. ``accepted`` runs last, in the same transaction, to open the work
    that follows from the file. ``suffixes`` are the endings of the names that such a file may have,
    ``columns`` those of its header row, where no description of the feed says them. Files of a feed with ``many`` stand
    beside one another whatever their day, and are for none; each corrects only the file that it supersedes. A feed of
    our ``own`` is what the platform itself has read somewhere: nobody else sends it.
    """

    name: str
    title: Any
    parse: Callable[..., Parsed]
    store: Callable[[FeedFile, Parsed], int]
    subject_column: str | None = "coin"
    days: Callable[[Parsed], dict[date, int]] = days_by_column
    one_day: bool = True
    check: Callable[[FeedFile, Parsed], Sequence[Problem]] = nothing_more
    accepted: Callable[[FeedFile], None] = lambda feed_file: None
    suffixes: tuple[str, ...] = TABLES
    doubts: Callable[[FeedFile, Parsed], Sequence[Problem]] = lambda feed_file, parsed: ()
    held: Callable[[FeedFile], None] = lambda feed_file: None
    columns: tuple[Column, ...] = ()
    many: bool = False
    own: bool = False


FEEDS: dict[str, Feed] = {}


def feeds_to_send() -> list[Feed]:
    """Return the feeds that others than the platform send."""
    return [feed for feed in FEEDS.values() if not feed.own]


def own_feeds() -> list[str]:
    """Return the names of those that nobody else sends."""
    return [feed.name for feed in FEEDS.values() if feed.own]


def register(feed: Feed) -> None:
    """Make a feed known.

    Raises:
        ValueError: a feed of that name is known already.
    """
    if feed.name in FEEDS:
        raise ValueError(f"feed {feed.name} is registered twice")
    FEEDS[feed.name] = feed


@transaction.atomic
def receive(
    name: str, raw: Raw, *, filename: str, subject: str, owner: Organisation, sender: Organisation,
    actor: Actor, as_of: date | None = None, supersedes: FeedFile | None = None,
) -> FeedFile:
    """Store the bytes and put the file in the queue; the same file again answers with the first row.

    Raises:
        NotPermitted: the actor may not send feeds, neither for the owner nor as the sender itself. Whether the sender
            is one of the owner's is for the caller to know.
        FeedRefused: the file is over the size limit, before anything is stored.
    """
    require(actor, Can.SEND_FEEDS, sender if actor.can(Can.SEND_FEEDS, sender) else owner)
    if size_of(raw) > settings.FEED_MAX_BYTES:
        limit = {"limit_mb": settings.FEED_MAX_BYTES // 1_000_000}
        raise _refusal(Problem("too_large", file=filename, params=limit))
    blob = blobs.store_blob(raw)
    found = {"feed": name, "subject": subject, "sender": sender, "blob": blob, "supersedes": supersedes}
    if not FEEDS[name].one_day:
        found["stated_as_of"] = as_of
    if standing := FeedFile.objects.select_for_update().filter(**found).first():
        return _received_again(standing)
    try:
        with transaction.atomic():
            feed_file = FeedFile.objects.create(
                **found | {"stated_as_of": as_of}, owner=owner, filename=filename[:200],
                sent_by=actor if isinstance(actor, User) else None,
                sent_with=actor if isinstance(actor, ApiKey) else None,
            )
    except IntegrityError:  # the same file arrived twice at once
        return FeedFile.objects.get(**found)
    audit.record(RECEIVED, target=feed_file, actor=actor)
    return feed_file


def _received_again(standing: FeedFile) -> FeedFile:
    """Answer with the first receipt, but let time heal: a file for tomorrow is judged again tomorrow."""
    rules = {problem["rule"] for problem in standing.problems}
    if standing.status == FeedFile.Status.REFUSED and rules and rules <= TIME_BOUND:
        standing.status, standing.problems, standing.problem_count = FeedFile.Status.RECEIVED, [], 0
        standing.save(update_fields=["status", "problems", "problem_count"])
    return standing


@transaction.atomic
def advance(pk: int) -> FeedFile | None:
    """Judge one received file: all of it or none of it, once, however often it is asked for.

    Returns None if it is judged already or another worker holds it. An unexpected error rolls
    everything back and leaves the file in the queue.
    """
    feed_file = (
        FeedFile.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
        .select_related("owner", "sender")
        .filter(pk=pk, status=FeedFile.Status.RECEIVED)
        .first()
    )
    if feed_file is None:
        return None
    feed = FEEDS[feed_file.feed]
    try:
        with transaction.atomic():
            _accept(feed, feed_file)
    except FeedRefused as refusal:
        feed_file.refresh_from_db()
        feed_file.status = FeedFile.Status.REFUSED
        feed_file.problems = [replace(p, file=feed_file.filename).as_dict() for p in refusal.problems[:MAX_PROBLEMS]]
        feed_file.problem_count = refusal.problem_count
        feed_file.judged_at = clock.now()
        feed_file.save()
        audit.record(REFUSED, target=feed_file, actor=SYSTEM, data={"problems": refusal.problem_count})
    return feed_file


def _refusal(*problems: Problem, count: int | None = None) -> FeedRefused:
    return FeedRefused(_("The file is refused."), problems=problems, problem_count=count)


def _accept(feed: Feed, feed_file: FeedFile) -> None:
    parsed = feed.parse(blobs.open_blob(feed_file.sha256), filename=feed_file.filename)
    days = feed.days(parsed)
    problems = [*parsed.problems, *_contextual(feed, feed_file, parsed, days)]
    problems += () if problems else feed.check(feed_file, parsed)
    if problems:
        raise _refusal(*problems, count=parsed.problem_count + len(problems) - len(parsed.problems))
    feed_file.as_of = None if feed.many else _day(feed, feed_file, days)
    lock_place(feed_file)
    standing = _standing(feed, feed_file)
    held = [] if feed.many else _held_in_place(feed_file)
    # Who corrects a file that is held corrects what that one was to correct.
    corrects: dict[int | None, int | None] = {each.pk: each.supersedes_id for each in held}
    corrected = corrects.get(feed_file.supersedes_id, feed_file.supersedes_id)
    if standing and corrected != standing.pk:
        raise _refusal(Problem("second_file", column="as_of", params={"receipt": standing.pk}))
    if corrected and not standing:
        raise _refusal(Problem("supersedes_unknown", params={"receipt": corrected}))
    doubts = () if feed_file.released_at else feed.doubts(feed_file, parsed)
    for old in held if doubts or not standing else [standing, *held]:
        _supersede(feed, old, feed_file)
    if doubts:
        _hold(feed, feed_file, doubts)
        return
    feed_file.row_count = feed.store(feed_file, parsed)
    feed_file.status, feed_file.judged_at = FeedFile.Status.ACCEPTED, clock.now()
    feed_file.save()
    audit.record(ACCEPTED, target=feed_file, actor=SYSTEM, data={"rows": feed_file.row_count})
    feed.accepted(feed_file)


def _day(feed: Feed, feed_file: FeedFile, days: dict[date, int]) -> date:
    return feed_file.stated_as_of if feed_file.stated_as_of and not feed.one_day else max(days)


def _hold(feed: Feed, feed_file: FeedFile, doubts: Sequence[Problem]) -> None:
    """Keep the file from counting until an officer has decided."""
    feed_file.status, feed_file.judged_at = FeedFile.Status.QUARANTINED, clock.now()
    feed_file.problems = [replace(doubt, file=feed_file.filename).as_dict() for doubt in doubts[:MAX_PROBLEMS]]
    feed_file.problem_count = len(doubts)
    feed_file.save()
    audit.record(HELD, target=feed_file, actor=SYSTEM, data={"problems": len(doubts)})
    feed.held(feed_file)


def _supersede(feed: Feed, old: FeedFile, new: FeedFile) -> None:
    was_held = old.status == FeedFile.Status.QUARANTINED
    old.status = FeedFile.Status.SUPERSEDED
    old.save(update_fields=["status"])
    audit.record(SUPERSEDED, target=old, actor=_sender_of(new), data={"by": new.pk})
    if was_held:
        feed.held(old)


@transaction.atomic
def release(feed_file: FeedFile, *, reason: str, actor: Actor) -> FeedFile:
    """Let a held file count: it is put in the queue again, and its doubts hold it no more.

    Raises:
        NotPermitted: the actor does not decide on held files.
        Refused: no reason is given, the actor sent it, or it is held no more.
    """
    row = _held(feed_file, reason=reason, actor=actor)
    row.status, row.released_at = FeedFile.Status.RECEIVED, clock.now()
    row.save(update_fields=["status", "released_at"])
    audit.record(RELEASED, target=row, actor=actor, data={"note": reason})
    FEEDS[row.feed].held(row)
    return row


@transaction.atomic
def turn_down(feed_file: FeedFile, *, reason: str, actor: Actor) -> FeedFile:
    """Refuse a held file: the officer's reason goes before what was doubted.

    Raises:
        NotPermitted: the actor does not decide on held files.
        Refused: no reason is given, the actor sent it, or it is held no more.
    """
    row = _held(feed_file, reason=reason, actor=actor)
    because = Problem("refused_by_officer", file=row.filename, params={"reason": reason})
    row.status, row.judged_at = FeedFile.Status.REFUSED, clock.now()
    row.problems, row.problem_count = [because.as_dict(), *row.problems][:MAX_PROBLEMS], row.problem_count + 1
    row.save(update_fields=["status", "judged_at", "problems", "problem_count"])
    audit.record(TURNED_DOWN, target=row, actor=actor, data={"note": reason})
    FEEDS[row.feed].held(row)
    return row


def _held(feed_file: FeedFile, *, reason: str, actor: Actor) -> FeedFile:
    """Return the held file under its lock, if the actor may decide on it."""
    require(actor, Can.DECIDE_QUARANTINE, feed_file)
    if not reason:
        raise Refused(_("Say why: the reason is part of the record."))
    lock_place(feed_file)
    # A worker that has the file waits for this place: then the file is held no more either.
    row = FeedFile.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=feed_file.pk).first()
    if row is None or row.status != FeedFile.Status.QUARANTINED:
        now = FeedFile.Status(FeedFile.objects.values_list("status", flat=True).get(pk=feed_file.pk))
        if now == FeedFile.Status.SUPERSEDED:
            raise Refused(_("A newer file of the sender has taken the place of this one."), code="replaced")
        raise Refused(_("The file is held no more: %(state)s.") % {"state": now.label}, code="decided")
    if row.sent_by_id is not None and row.sent_by_id == getattr(actor, "pk", None):
        raise Refused(_("Another officer has to decide on a file that you sent."), code="own_file")
    return row


def lock_place(feed_file: FeedFile) -> None:
    """Until the transaction ends, let nobody else decide which file of this sender counts for the day."""
    place = f"{feed_file.feed}:{feed_file.subject}:{feed_file.as_of}:{feed_file.sender_id}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [place])


def _contextual(feed: Feed, feed_file: FeedFile, parsed: Parsed, days: dict[date, int]) -> list[Problem]:
    """Return what is wrong with the file in this place, though it may be well formed."""
    column = feed.subject_column
    subjects = first_lines(parsed, column) if column else {}
    problems = [
        Problem("wrong_coin", row=line, column=column or "", value=value, params={"expected": feed_file.subject})
        for value, line in subjects.items() if value != feed_file.subject
    ]
    if not days and not feed_file.stated_as_of and parsed.ok and not feed.many:
        problems.append(Problem("day_not_stated"))
    if len(days) > 1 and feed.one_day:
        problems += [
            Problem("more_than_one_as_of", row=line, column="as_of", value=day.isoformat())
            for day, line in sorted(days.items())[1:]
        ]
    for day, line in days.items():
        if day > clock.today():
            problems.append(Problem("future_as_of", row=line, column="as_of", value=day.isoformat()))
        stated = feed_file.stated_as_of
        if stated and (day > stated or (feed.one_day and day != stated)):
            problems.append(Problem("as_of_mismatch", row=line, column="as_of", value=day.isoformat(),
                                    params={"stated": stated.isoformat()}))
    return problems


def _standing(feed: Feed, feed_file: FeedFile) -> FeedFile | None:
    place = FeedFile.objects.select_for_update(no_key=True).filter(
        feed=feed_file.feed, subject=feed_file.subject, as_of=feed_file.as_of, sender=feed_file.sender,
        status=FeedFile.Status.ACCEPTED,
    )
    if not feed.many:
        return place.first()
    return place.filter(pk=feed_file.supersedes_id).first() if feed_file.supersedes_id else None


def _held_in_place(feed_file: FeedFile) -> list[FeedFile]:
    """Return the files that this one takes the place of though they never counted."""
    held = FeedFile.objects.select_for_update(no_key=True).filter(
        feed=feed_file.feed, subject=feed_file.subject, as_of=feed_file.as_of, sender=feed_file.sender,
        status=FeedFile.Status.QUARANTINED,
    )
    return list(held.exclude(pk=feed_file.pk).order_by("pk"))


def _sender_of(feed_file: FeedFile) -> Any:
    return feed_file.sent_by or feed_file.sent_with or SYSTEM


def waiting(limit: int = 1000) -> list[int]:
    """Return the keys of files that nobody has judged yet, oldest first."""
    received = FeedFile.objects.filter(status=FeedFile.Status.RECEIVED).order_by("received_at")
    return list(received.values_list("pk", flat=True)[:limit])


def worded(problems: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return stored problems with their sentence (``message``) and ``fix`` in the reader's language."""
    texts = []
    for problem in problems:
        message, fix = SENTENCES[problem["rule"]]
        values = {**problem, **problem["params"]}
        values |= {name: hk_date(value) for name, value in values.items() if name in ("day", "other_day")}
        texts.append({**problem, "message": _(message) % values, "fix": _(fix) % values if fix else ""})
    return texts
