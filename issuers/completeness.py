"""What an application still lacks, where, and why it is asked for: read off the manifest, the answers and the files."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.wording import amount
from issuers.answer_values import Unreadable, missing_cells, read_value
from issuers.manifest import MODULES, DocumentSlot, Field, Module, modules_for, slots_for
from issuers.manifest.documents import CITE
from issuers.models import Issuer
from issuers.time_limits import statutory_amount

NOT_STARTED, IN_PROGRESS, COMPLETE, NEEDS_ATTENTION = "not_started", "in_progress", "complete", "needs_attention"


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing or does not fit: a sentence, why it is asked for, and where to mend it.

    ``place`` is module, document or persons; ``key`` names which: ``coin``, ``22``, ``directors``. ``question`` is the
    question's key within its module.
    """

    place: str
    key: str
    sentence: str
    cite: str
    question: str = ""


@dataclass(frozen=True, slots=True)
class ModuleState:
    """How far one module is: its questions answered, what is missing, what does not fit."""

    module: Module
    state: str
    answered: int
    total: int
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Completeness:
    """The whole application as the coach sees it."""

    modules: tuple[ModuleState, ...]
    documents: tuple[Gap, ...]
    persons: tuple[Gap, ...]

    @property
    def gaps(self) -> list[Gap]:
        """Everything that keeps the application from being handed over, in the order of the task list."""
        return [*(gap for each in self.modules for gap in each.gaps), *self.persons, *self.documents]

    @property
    def is_complete(self) -> bool:
        return not self.gaps


def completeness_of(
    issuer_kind: str, answers: Mapping[str, Any], filed: Collection[str], persons: Sequence[Gap], *, on: date
) -> Completeness:
    """Return what is complete and what is missing.

    ``answers`` are values by ``<module>.<key>``, ``filed`` the numbers of the documents that are filed, ``persons``
    what is missing of the people and bodies.
    """
    checks = cross_checks(issuer_kind, answers, on=on)
    return Completeness(
        tuple(_module_state(module, answers, [gap for gap in checks if gap.key == module.key])
              for module in modules_for(issuer_kind)),
        tuple(_document_gap(slot) for slot in slots_for(issuer_kind)
              if not slot.on_request and slot.number not in filed),
        tuple(persons),
    )


def question_gaps(module: Module, question: Field, value: Any) -> list[Gap]:
    """Return what is missing of one answer, or no longer fits: a day that has passed out of what is allowed."""
    cite = question.cite or module.cite
    if value is None:
        if not question.required:
            return []
        sentence = _("“%(question)s” is not answered.") % {"question": _(question.label)}
        return [Gap("module", module.key, sentence, cite, question.key)]
    try:
        read_value(question, value)
    except Unreadable as problem:
        return [Gap("module", module.key, f"{_(question.label)}: {each}", cite, question.key)
                for each in problem.sentences]
    return [
        Gap("module", module.key, _("“%(question)s”, row %(row)d: %(column)s is missing.")
            % {"question": _(question.label), "row": number, "column": _(column.label)}, cite, question.key)
        for number, column in missing_cells(question, value)
    ]


def net_capital(answers: Mapping[str, Any]) -> Decimal | None:
    """Return paid-up share capital after the net debit balance (ORD Sch. 2 s. 1(2)), None while either is missing."""
    paid_up, net_debit = answers.get("capital.paid_up"), answers.get("capital.net_debit")
    return None if paid_up is None or net_debit is None else Decimal(paid_up) - Decimal(net_debit)


def cross_checks(issuer_kind: str, answers: Mapping[str, Any], *, on: date) -> list[Gap]:
    """Return what does not fit together although every single answer is readable."""
    asked = {module.key for module in modules_for(issuer_kind)}
    found = [gap for check in (_capital, _incorporation, _independence, _shares, _details, _undertakings)
             for gap in check(answers, on)]
    if issuer_kind != Issuer.Kind.COMPANY:
        found = [gap for gap in found if gap.question != "incorporated_in"]
    return [gap for gap in found if gap.key in asked]


def _capital(answers: Mapping[str, Any], on: date) -> list[Gap]:
    net, wanted = net_capital(answers), statutory_amount("paid_up_capital", on)
    other = Decimal(answers.get("capital.other_resources") or 0)
    if net is None or net >= wanted.hkd or other >= wanted.hkd:
        return []
    sentence = _("Paid-up capital after the net debit balance is HK$%(net)s; the law wants HK$%(wanted)s, or approved"
                 " other resources of that amount.") % {"net": amount(net), "wanted": amount(wanted.hkd)}
    return [Gap("module", "capital", sentence, wanted.cite, "paid_up")]


def _incorporation(answers: Mapping[str, Any], on: date) -> list[Gap]:
    if answers.get("corporate.incorporated_in") in (None, "HK"):
        return []
    return [Gap("module", "corporate", _("A company that applies must be incorporated in Hong Kong."),
                "ORD Sch. 2 s. 3", "incorporated_in")]


def _independence(answers: Mapping[str, Any], on: date) -> list[Gap]:
    size, independent = answers.get("directors.board_size"), answers.get("directors.independent")
    if size is None or independent is None:
        return []
    if independent > size:
        return [Gap("module", "directors", _("There are more independent directors than directors."), "SUP 7.1.3",
                    "independent")]
    if 3 * independent >= size:
        return []
    sentence = _("%(independent)d of %(size)d directors are independent; generally at least one third is expected.")
    return [Gap("module", "directors", sentence % {"independent": independent, "size": size}, "SUP 7.1.3",
                "independent")]


def _shares(answers: Mapping[str, Any], on: date) -> list[Gap]:
    rows = answers.get("custody.custodians") or []
    shares = [Decimal(row["share"]) for row in rows if row.get("share") is not None]
    total = sum(shares, Decimal())
    if len(shares) < len(rows) or not rows or total == 100:
        return []
    sentence = _("The custodians' shares add up to %(sum)s%%, not to 100%%.") % {"sum": f"{total.normalize():f}"}
    return [Gap("module", "custody", sentence, "SUP 2.5.4", "custodians")]


#: Question answered with yes (or with the value given): the question that must then be answered too.
FOLLOW_UPS: tuple[tuple[str, Any, str], ...] = (
    ("ownership.changes", True, "ownership.changes_detail"),
    ("group.other_coins", True, "group.other_coins_detail"),
    ("coin.other_coins", True, "coin.other_coins_detail"),
    ("business_plan.outside", True, "business_plan.outside_detail"),
    ("other_business.other", True, "other_business.other_detail"),
    ("other_business.planned", True, "other_business.planned_detail"),
    ("reserve.same_currency", False, "reserve.mismatch"),
    ("reserve.trust", "trustee", "reserve.trustee"),
    ("declarations.refused", True, "declarations.detail"),
    ("declarations.disciplined", True, "declarations.detail"),
    ("declarations.insolvency", True, "declarations.detail"),
)


def _details(answers: Mapping[str, Any], on: date) -> list[Gap]:
    found: dict[str, Gap] = {}
    for asked, value, then in FOLLOW_UPS:
        if answers.get(asked) == value and answers.get(then) is None:
            sentence = _("“%(question)s” needs an answer, because of what you answered above it.")
            found[then] = _gap_at(then, sentence)
    return list(found.values())


#: What the applicant undertakes or declares: no other answer lets the application be handed over.
UNDERTAKINGS = ("coin.no_interest", "custody.fees", "declarations.true_and_complete", "declarations.board_approved",
                "declarations.notify_changes", "declarations.consent_enquiries")


def _undertakings(answers: Mapping[str, Any], on: date) -> list[Gap]:
    return [_gap_at(key, _("“%(question)s” has to be answered with yes."))
            for key in UNDERTAKINGS if answers.get(key) is False]


def _gap_at(key: str, sentence: str) -> Gap:
    module, question = next((module, field) for module in MODULES for field in module.fields
                            if f"{module.key}.{field.key}" == key)
    return Gap("module", module.key, sentence % {"question": _(question.label)}, question.cite or module.cite,
               question.key)


def _module_state(module: Module, answers: Mapping[str, Any], checks: Sequence[Gap]) -> ModuleState:
    values = {question.key: answers.get(f"{module.key}.{question.key}") for question in module.fields}
    missing = [gap for question in module.fields for gap in question_gaps(module, question, values[question.key])]
    answered = sum(value is not None for value in values.values())
    if not answered:
        state = NOT_STARTED
    elif checks:
        state = NEEDS_ATTENTION
    else:
        state = IN_PROGRESS if missing else COMPLETE
    return ModuleState(module, state, answered, len(module.fields), (*missing, *checks))


def _document_gap(slot: DocumentSlot) -> Gap:
    sentence = _("Document %(number)s is not filed: %(title)s.") % {"number": slot.number, "title": _(slot.title)}
    return Gap("document", slot.number, sentence, CITE)
