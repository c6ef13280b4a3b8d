"""The audit trail: declared verbs, one function that records, one that reads back.

Rows are append-only by a database trigger (migration 0002), so neither code nor a console can
change what happened.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Any

from django.db import models
from django.utils.translation import gettext

from core.context_vars import request_id
from core.models import AuditEvent, Organisation, User
from core.wording import hk_date

Words = Callable[[dict[str, Any]], dict[str, Any]]
#: A day as data holds it; one in a file's name is part of the name.
_DAY = re.compile(r"(?<![\w.-])\d{4}-\d{2}-\d{2}(?![\w.-])")


class Audience(IntEnum):
    """Who may read an event; each includes the ones before it."""

    AUTHORITY = 1
    ISSUER = 2
    PUBLIC = 3


@dataclass(frozen=True, slots=True)
class Verb:
    """A declared act: its name, its sentence, who may read it, and how its target's label and its data read."""

    name: str
    sentence: str
    audience: Audience
    reading: Callable[[str], str] = str
    words: Words = dict


VERBS: dict[str, Verb] = {}


def verb(
    name: str, sentence: str, *, audience: Audience = Audience.AUTHORITY, reading: Callable[[str], str] = str,
    words: Words = dict,
) -> str:
    """Declare a verb and return its name; the sentence takes ``%(target)s`` and the event's data.

    ``reading`` words a label that holds codes (a feed, a warning) for the reader, ``words`` the data: see ``coded``.
    What is recorded stays codes and ISO days; days are written for the reader wherever they stand by themselves.

    Raises:
        ValueError: the verb is declared already.
    """
    if name in VERBS:
        raise ValueError(f"audit verb {name} is declared twice")
    VERBS[name] = Verb(name, sentence, audience, reading, words)
    return name


def coded(**tables: Mapping[str, Any]) -> Words:
    """Return what words an event's data: by the name of each code in it, what its codes are called.

    What a table does not have, such as a sentence that a person wrote, stays as it was recorded.
    """

    def words(data: dict[str, Any]) -> dict[str, Any]:
        known = {name: table[data[name]] for name, table in tables.items() if data.get(name) in table}
        return data | {name: gettext(str(label)) for name, label in known.items()}

    return words


def event(
    name: str, *, target: models.Model, actor, data: dict[str, Any] | None = None,
    organisation: Organisation | None = None,
) -> AuditEvent:
    """Build the row for an act without saving it, for callers that record many at once.

    Raises:
        KeyError: the verb was never declared.
    """
    declared = VERBS[name]
    owner_id = organisation.pk if organisation else getattr(target, "owner_id", None)
    return AuditEvent(
        verb=declared.name,
        actor=actor if isinstance(actor, User) else None,
        actor_label=actor.label,
        organisation_id=owner_id,
        target_type=target._meta.label_lower,
        target_pk=str(target.pk),
        target_label=str(target)[:200],
        data=data or {},
        request_id=request_id.get(),
    )


def record(name: str, *, target: models.Model, actor, data: dict[str, Any] | None = None,
           organisation: Organisation | None = None) -> AuditEvent:
    """Record an act in the caller's transaction."""
    row = event(name, target=target, actor=actor, data=data, organisation=organisation)
    row.save(force_insert=True)
    return row


def record_all(rows: Sequence[AuditEvent]) -> None:
    """Record many acts that were built, in the caller's transaction, in one statement."""
    AuditEvent.objects.bulk_create(rows)


def sentence(row: AuditEvent) -> str:
    """Return what happened as a translated sentence, days as readers write them."""
    declared = VERBS[row.verb]
    said = {
        name: _dated(value) if isinstance(value, str) and _DAY.fullmatch(value) else value
        for name, value in declared.words(row.data).items()
    }
    return gettext(declared.sentence) % {"target": _dated(declared.reading(row.target_label)), **said}


def _dated(text: str) -> str:
    return _DAY.sub(_day_in_words, text)


def _day_in_words(found: re.Match[str]) -> str:
    with suppress(ValueError):
        return hk_date(date.fromisoformat(found[0]))
    return found[0]


def timeline(*targets: models.Model, audience: Audience = Audience.AUTHORITY) -> models.QuerySet[AuditEvent]:
    """Return the events on the records, newest first, that the audience may read."""
    where = models.Q(pk__in=[])
    for target in targets:
        where |= models.Q(target_type=target._meta.label_lower, target_pk=str(target.pk))
    open_verbs = [declared.name for declared in VERBS.values() if declared.audience >= audience]
    return AuditEvent.objects.filter(where, verb__in=open_verbs)
