"""Checking the whole audit log against its seals: every event, seal and root is computed again, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from django.utils.translation import gettext as _

from core import merkle
from core.models import AuditEvent, AuditSeal, SealedEvent
from core.seal_proofs import BEFORE_ALL, event_leaf, seal_digest, shown_event
from core.sealing import MOST, columns_of, header_of

#: Seals that are read at a time; events at a time are at most so many more.
AT_A_TIME = 200
#: Problems that are listed; all are counted.
LISTED = 1_000


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that does not hold: its code, the seal and event it is about, and a sentence."""

    code: str
    sentence: str
    seal: int | None = None
    event: int | None = None


@dataclass(slots=True)
class LogCheck:
    """What was checked, and the first problems of all there are."""

    seals: int = 0
    events: int = 0
    unsealed: int = 0
    problem_count: int = 0
    problems: list[Problem] = field(default_factory=list)
    head: tuple[int, str] | None = None

    def note(self, problem: Problem) -> None:
        """Count a problem, and list it while there is room."""
        self.problem_count += 1
        if len(self.problems) < LISTED:
            self.problems.append(problem)


def check_log(*, published: tuple[int, str] | None = None) -> LogCheck:
    """Compute everything again and say what does not hold.

    ``published`` is a head that somebody kept, number and root: a log whose end was cut off, or that was sealed
    anew from the beginning, agrees with itself and not with it.
    """
    check, log = LogCheck(), _Log()
    for seals in _batches(AuditSeal.objects.order_by("number").iterator(chunk_size=AT_A_TIME)):
        members = _members_of(seals)
        for seal in seals:
            for problem in (*log.take(seal), *_event_problems(seal, members.get(seal.number, ()))):
                check.note(problem)
            check.seals, check.events = check.seals + 1, check.events + seal.count
            if published and seal.number == published[0] and log.root != published[1]:
                check.note(_head_differs(*published))
    check.head = (log.number, log.root) if log.number else None
    if published and published[0] > log.number:
        check.note(_head_differs(*published))
    check.unsealed = AuditEvent.objects.filter(sealed=None).count()
    return check


def _head_differs(number: int, root: str) -> Problem:
    return Problem("head_differs", _("The log of %(number)d seals no longer has the published root %(root)s.")
                   % {"number": number, "root": root}, seal=number)


class _Log:
    """The chain and the tree of seals, computed again one seal after the other."""

    def __init__(self) -> None:
        self.number, self.root, self.digest = 0, "", BEFORE_ALL
        self.peaks: dict[int, bytes] = {}  # by level: what is complete and not yet part of a larger one

    def take(self, seal: AuditSeal) -> Iterator[Problem]:
        """Put the seal at the end and say what of it does not hold."""
        if seal.number != self.number + 1:
            yield Problem("seal_missing", _("Seal %(number)d is missing.") % {"number": self.number + 1},
                          seal=self.number + 1)
        elif seal.previous != self.digest:
            yield Problem("chain_broken", _("Seal %(number)d does not follow from the seal before it.")
                          % {"number": seal.number}, seal=seal.number)
        leaf = seal_digest(header_of(seal))
        ending = [leaf]
        while len(ending) - 1 in self.peaks:
            ending.append(merkle.node_hash(self.peaks.pop(len(ending) - 1), ending[-1]))
        self.peaks[len(ending) - 1] = ending[-1]
        self.number, self.root, self.digest = seal.number, self._root().hex(), leaf.hex()
        if seal.digest != self.digest:
            yield Problem("seal_changed", _("Seal %(number)d was changed: its digest is another.")
                          % {"number": seal.number}, seal=seal.number)
        if seal.log_root != self.root or seal.subtrees != [each.hex() for each in ending]:
            yield Problem("log_root_differs", _("Seal %(number)d does not give the root of the log that it keeps.")
                          % {"number": seal.number}, seal=seal.number)

    def _root(self) -> bytes:
        smallest, *larger = (self.peaks[level] for level in sorted(self.peaks))
        for peak in larger:
            smallest = merkle.node_hash(peak, smallest)
        return smallest


def _batches(seals: Iterable[AuditSeal]) -> Iterator[list[AuditSeal]]:
    batch: list[AuditSeal] = []
    for seal in seals:
        batch.append(seal)
        if len(batch) == AT_A_TIME or sum(each.count for each in batch) >= MOST:
            yield batch
            batch = []
    if batch:
        yield batch


def _members_of(seals: list[AuditSeal]) -> dict[int, list[tuple[SealedEvent, AuditEvent | None]]]:
    """Return, by seal, its members in their order, each with its event if that is there."""
    rows = list(SealedEvent.objects.filter(seal__in=seals).order_by("seal", "index"))
    # Not joined: an event that somebody removed would take its place in the seal with it.
    events = AuditEvent.objects.in_bulk([row.pk for row in rows])
    return {number: [(row, events.get(row.pk)) for row in group]
            for number, group in groupby(rows, key=lambda row: row.seal_id)}


def _event_problems(
    seal: AuditSeal, members: Iterable[tuple[SealedEvent, AuditEvent | None]]
) -> Iterator[Problem]:
    leaves, places = [], []
    for row, event in members:
        leaves.append(bytes.fromhex(row.leaf))
        places.append(row.index)
        said = {"event": row.pk, "seal": seal.number}
        if event is None:
            yield Problem("event_missing", _("Event %(event)d of seal %(seal)d is missing.") % said,
                          seal.number, row.pk)
        elif event_leaf(shown_event(columns_of(event), row.nonce)) != leaves[-1]:
            yield Problem("event_changed", _("Event %(event)d was changed after seal %(seal)d.") % said,
                          seal.number, row.pk)
    whole = places == list(range(seal.count))
    if not whole or merkle.root_of(merkle.tree_of(leaves), len(leaves)).hex() != seal.root:
        yield Problem("root_differs", _("The events of seal %(number)d do not give its root.")
                      % {"number": seal.number}, seal=seal.number)
