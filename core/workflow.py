"""One table per lifecycle: who may move a record from which state to which.

A Workflow only decides whether a move is legal. What a move *does* is the business of the
service that calls ``apply``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, ClassVar

from django.db import models, transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import not_permitted
from core.errors import Refused
from core.models import AuditEvent
from core.roles import Can

# "" when satisfied, otherwise the reason for refusing.
Guard = Callable[[Any, Any], str]


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table: name, where from, where to, who may, what is recorded, what must hold."""

    name: str
    sources: tuple[str, ...]
    target: str
    permission: Can
    verb: str
    guards: tuple[Guard, ...] = ()
    basis: str = ""
    label: Any = ""


class Workflow:
    """All moves of one lifecycle; the constructor refuses a state that no move uses.

    ``ALL`` holds every lifecycle of the platform by the name of its record.
    """

    ALL: ClassVar[dict[str, Workflow]] = {}

    def __init__(self, field: str, states: type[models.TextChoices], *moves: Move) -> None:
        self.field, self.states = field, states
        self.name = states.__qualname__.split(".")[0]
        self.moves = {move.name: move for move in moves}
        used = set(chain.from_iterable((*move.sources, move.target) for move in moves))
        if stray := used ^ set(states.values):
            raise ValueError(f"{states.__qualname__}: states and moves disagree on {sorted(stray)}")
        Workflow.ALL[self.name] = self

    @property
    def final(self) -> set[str]:
        """The states that no move leaves."""
        return set(self.states.values) - {source for move in self.moves.values() for source in move.sources}

    def available(self, record, actor) -> list[Move]:
        """Return the moves open to the actor now: what the page draws as buttons."""
        return [move for move in self.moves.values() if not self.refusal(record, move, actor)]

    def refusal(self, record, move: Move, actor) -> str:
        """Return why the move is not open to the actor, or ""."""
        state = getattr(record, self.field)
        if state not in move.sources:
            return _("It cannot %(move)s from %(state)s.") % {"move": move.name, "state": self.states(state).label}
        if not actor.can(move.permission, record):
            return _("You do not have the permission %(permission)s.") % {"permission": move.permission}
        return next((reason for guard in move.guards if (reason := guard(record, actor))), "")

    @transaction.atomic
    def apply(self, record, name: str, *, actor, note: str = ""):
        """Lock the record, check, move it and record the act; return the moved row.

        Raises:
            NotPermitted: the actor lacks the permission.
            Refused: the state has changed meanwhile, or a guard does not hold.
        """
        row = type(record)._base_manager.select_for_update(no_key=True).get(pk=record.pk)
        _share_relations(record, row)
        return self.apply_locked(row, name, actor=actor, note=note)

    def apply_locked(self, row, name: str, *, actor, note: str = "", **fields: Any):
        """Do the same to a row that the caller's transaction has locked and read since; ``fields`` change with it.

        Raises:
            NotPermitted: the actor lacks the permission.
            Refused: the row is in another state, or a guard does not hold.
        """
        event = self._moved(row, name, actor, note, fields)
        row.save(update_fields=[self.field, *fields])
        event.save(force_insert=True)
        return row

    def apply_to_all(self, rows: Mapping[Any, Mapping[str, Any]], name: str, *, actor) -> None:
        """Do the same to many locked rows, each with the fields that change with it; what is recorded goes at once.

        Raises:
            NotPermitted: the actor lacks the permission for one of them.
            Refused: one is in another state, or a guard does not hold. None is moved then.
        """
        events = [self._moved(row, name, actor, "", fields) for row, fields in rows.items()]
        for row, fields in rows.items():
            row.save(update_fields=[self.field, *fields])
        audit.record_all(events)

    def _moved(self, row, name: str, actor, note: str, fields: Mapping[str, Any]) -> AuditEvent:
        """Move a row that nobody saved yet; return what is to be recorded of it."""
        move = self.moves[name]
        if reason := self.refusal(row, move, actor):
            if not actor.can(move.permission, row):
                raise not_permitted(move.permission)
            raise Refused(reason)
        before = getattr(row, self.field)
        for field, value in {self.field: move.target, **fields}.items():
            setattr(row, field, value)
        return audit.event(
            move.verb,
            target=row,
            actor=actor,
            data={"from": before, "to": move.target, "note": note, "basis": move.basis},
        )

    def mermaid(self) -> str:
        """Return the machine as a Mermaid state diagram; moves between the same two states share an arrow."""
        between: dict[tuple[str, str], list[str]] = {}
        for move in self.moves.values():
            for source in move.sources:
                between.setdefault((source, move.target), []).append(move.name)
        arrows = (f"    {source} --> {target}: {', '.join(names)}" for (source, target), names in between.items())
        return "\n".join(["stateDiagram-v2", *arrows])


def _share_relations(record, row) -> None:
    """Let the locked row use what the caller has read of the same related records, which saves reading them again."""
    for field in row._meta.concrete_fields:
        same = getattr(row, field.attname) == getattr(record, field.attname)
        if same and field.is_relation and field.is_cached(record):
            field.set_cached_value(row, field.get_cached_value(record))
