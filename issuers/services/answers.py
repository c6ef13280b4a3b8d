"""Saving answers one by one, so that two people can fill in one form and nothing that either wrote is lost unseen."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import audit, clock
from core.access import Actor, require
from core.errors import Refused
from core.findings import canonical
from core.models import User
from core.roles import Can
from issuers.answer_values import read_value
from issuers.manifest import MODULES, Field, question_of
from issuers.manifest.persons import SECTIONS
from issuers.models import Answer, Application, Person

#: What is asked under each key, of applicants and of the people behind them.
QUESTIONS = {f"{module.key}.{each.key}": each.label for module in MODULES for each in module.fields} | {
    each.key: each.label for section in SECTIONS for each in section.fields
}
SAVED = audit.verb("issuers.answer.saved", gettext_noop("answered %(key)s of %(target)s, version %(version)s"),
                   audience=audit.Audience.ISSUER, words=audit.coded(key=QUESTIONS))


class AnswerConflict(Refused):
    """Somebody else changed the answer meanwhile; ``standing`` is what they saved: value, who and when."""

    default_code = "answer_changed"

    def __init__(self, standing: Answer) -> None:
        super().__init__(
            _("%(name)s changed this answer meanwhile. Yours is not saved.") % {"name": standing.changed_by_label}
        )
        self.standing = standing


@transaction.atomic
def save_answer(
    application: Application, *, key: str, value: Any, base_version: int, actor: Actor,
    person: Person | None = None, question: Field | None = None,
) -> Answer:
    """Save one answer on top of the version that its writer saw (0: none); the same value again changes nothing.

    The question is the manifest's ``<module>.<key>``; a form of a person gives ``person`` and its ``question``.
    Returns the answer that stands; one that was never given and is empty is returned unsaved, at version 0.

    Raises:
        NotPermitted: the actor does not edit the issuer's applications.
        Refused: the application cannot be changed now (``not_editable``), or asks no such thing.
        AnswerConflict: another value was saved since ``base_version``.
        Unreadable: the value is no answer of the question's kind.
    """
    require(actor, Can.EDIT_APPLICATION, application)
    question = question or _question(application, key)
    row = lock_for_editing(application)
    value = read_value(question, value)
    standing = row.answers.filter(person=person, key=key).first()
    if standing is None:
        if value is None:
            return Answer(application=row, person=person, key=key, value=None, version=0)
        standing = Answer(application=row, person=person, key=key, value=value, version=0)
    elif canonical(standing.value) == canonical(value):
        return standing
    elif base_version != standing.version:
        raise AnswerConflict(standing)
    standing.value, standing.version = value, standing.version + 1
    standing.changed_by = actor if isinstance(actor, User) else None
    standing.changed_by_label, standing.changed_at = actor.label, clock.now()
    standing.save()
    audit.record(SAVED, target=row, actor=actor,
                 data={"key": key, "version": standing.version, "person": person.pk if person else None})
    return standing


def lock_for_editing(application: Application) -> Application:
    """Return the locked row if its applicant may change it now; the caller's transaction holds the lock.

    Raises:
        Refused: it is with the signatory, or was submitted (``not_editable``).
    """
    row = Application.objects.select_for_update(no_key=True, of=("self",)).select_related("issuer").get(
        pk=application.pk
    )
    if not row.is_editable:
        raise Refused(_("Application %(reference)s cannot be changed now: it is “%(state)s”.")
                      % {"reference": row.reference, "state": row.get_status_display()}, code="not_editable")
    return row


def _question(application: Application, key: str) -> Field:
    try:
        return question_of(application.issuer.kind, key)
    except KeyError:
        raise Refused(_("The form has no question %(key)s.") % {"key": key}, code="unknown_question")
