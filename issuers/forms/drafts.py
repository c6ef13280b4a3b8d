"""One page of a draft as it was sent: what could be read is saved, the rest is named, and nobody's answer is lost.

Beside every question the page carries a token of the answer that it showed: version and digest. A question whose answer
is still the one shown was not touched by this person and is left alone, whatever somebody else made of it meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from core.access import Actor
from core.findings import digest_of
from issuers.forms.answers import AnswersForm, answers_form, as_posted
from issuers.manifest import Field
from issuers.models import Answer, Application, Person
from issuers.services.answers import AnswerConflict, save_answer

SEEN, STANDING = "seen:", "standing:"


def token_of(answer: Answer | None) -> str:
    """Return the token of the answer that a page shows."""
    return f"{answer.version}-{_digest(answer.value)}" if answer else f"0-{_digest(None)}"


def _digest(value: Any) -> str:
    return digest_of(value)[:16]


def _version(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One question on the page: field, answer that stands, token to send back, conflict if there is one."""

    question: Field
    key: str
    bound: Any
    answer: Answer | None
    token: str
    conflict: Answer | None = None


class DraftPage:
    """The questions of one page with the answers that stand; ``save`` takes what a browser sent.

    ``prefix`` stands before each question's key in the key of its answer; ``person`` is whom the form is about.
    """

    def __init__(
        self, application: Application, questions: Iterable[Field], *, prefix: str, person: Person | None = None
    ) -> None:
        self.application, self.questions = application, tuple(questions)
        self.prefix, self.person = prefix, person
        stored = application.answers.filter(person=person, key__startswith=prefix)
        self.answers: dict[str, Answer] = {answer.key: answer for answer in stored}
        self.conflicts: dict[str, Answer] = {}
        self.saved = 0
        self.sent: QueryDict | None = None
        values = {question.key: answer.value for question in self.questions if (answer := self.answer(question))}
        self.form: AnswersForm = answers_form(self.questions)(initial=values)

    def answer(self, question: Field) -> Answer | None:
        return self.answers.get(f"{self.prefix}{question.key}")

    @property
    def is_sound(self) -> bool:
        """Whether all that was sent is saved."""
        return not self.form.errors and not self.conflicts

    def save(self, sent: QueryDict, *, actor: Actor) -> DraftPage:
        """Save what was changed and can be read; the form then shows what was typed, with its errors.

        ``keep`` names a question whose typed answer goes over the one that stands, ``theirs`` one whose typed answer
        is given up.

        Raises:
            NotPermitted, Refused: as ``save_answer``, for all answers.
        """
        self.sent = sent.copy()
        chosen = {question.key: question for question in self.questions}.get(sent.get("theirs", ""))
        if chosen is not None:
            standing = self.answer(chosen)
            for name, value in as_posted(chosen, standing.value if standing else None).items():
                self.sent[name] = value
            self.sent[f"{SEEN}{chosen.key}"] = token_of(standing)
        self.form = answers_form(self.questions)(self.sent)
        self.form.is_valid()
        for question in self.questions:
            if question.key in self.form.readable and not self.form.fields[question.key].widget.value_omitted_from_data(
                self.sent, {}, question.key
            ):
                self._save_one(question, self.form.readable[question.key], actor)
        return self

    def _save_one(self, question: Field, value: Any, actor: Actor) -> None:
        assert self.sent is not None, "only save() calls this"
        version, _dash, shown = self.sent.get(f"{SEEN}{question.key}", "").partition("-")
        keep = self.sent.get("keep") == question.key
        if not keep and shown == _digest(value):
            return
        base = self.sent.get(f"{STANDING}{question.key}", "") if keep else version
        key = f"{self.prefix}{question.key}"
        try:
            answer = save_answer(
                self.application, key=key, value=value, base_version=_version(base), actor=actor, person=self.person,
                question=question,
            )
        except AnswerConflict as conflict:
            self.conflicts[key] = self.answers[key] = conflict.standing
            return
        if answer.version:
            self.answers[key] = answer
            self.saved += 1

    def rows(self) -> list[DraftRow]:
        """Return the questions as the page shows them."""
        return [self._row(question) for question in self.questions]

    def _row(self, question: Field) -> DraftRow:
        key = f"{self.prefix}{question.key}"
        answer, conflict = self.answers.get(key), self.conflicts.get(key)
        # A token that is behind stays behind until its reader has chosen: each further save must conflict too.
        stale = self.sent is not None and (conflict is not None or question.key in self.form.errors)
        token = self.sent.get(f"{SEEN}{question.key}", "") if stale and self.sent is not None else token_of(answer)
        return DraftRow(question, key, self.form[question.key], answer, token, conflict)

