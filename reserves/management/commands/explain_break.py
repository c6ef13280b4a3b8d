"""``explain_break REFERENCE --as EMAIL --text TEXT``: say why the two sides of a break differ."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from core.commands import AnsweringCommand, aligned, bytes_of
from core.errors import Refused
from core.models import User
from core.uploads import check_document
from reserves.models import Break
from reserves.selectors.breaks import breaks_for
from reserves.services.break_life import explain_break


def person_and_break(options: dict[str, Any]) -> tuple[User, Break]:
    """Return who acts and the break, if there are such and it is that person's to know of.

    Raises:
        Refused: there is no such person, or no such break for that person.
    """
    person = User.objects.filter(email__iexact=options["email"], is_active=True).first()
    standing = breaks_for(person).filter(reference=options["reference"]).first() if person else None
    if person is None or standing is None:
        raise Refused(_("There is no such break or person."), code="unknown_break")
    return person, standing


def shown(standing: Break) -> dict[str, Any]:
    """Return what a command answers of a break."""
    latest = standing.latest
    return {
        "reference": standing.reference, "coin": standing.coin.symbol, "state": standing.status,
        "opened_on": standing.opened_on.isoformat(), "cause": latest.cause if latest else None,
        "difference": f"{latest.difference.normalize():f}" if latest else None,
        "residual": f"{latest.residual.normalize():f}" if latest and latest.residual is not None else None,
    }


class Command(AnsweringCommand):
    help = "Explain a break as a person of the issuer"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("reference", help="the break's reference, for example B-2611-QX3JX2NA")
        parser.add_argument("--as", dest="email", required=True, help="e-mail address of the person who explains")
        parser.add_argument("--text", required=True, help="why the two sides differ; part of the record")
        parser.add_argument("--file", type=Path, help="a document that shows it")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        person, standing = person_and_break(options)
        path = options["file"]
        file = check_document(bytes_of(path), path.name) if path else None
        return shown(explain_break(standing, text=options["text"], file=file, actor=person))

    def table(self, answer: dict[str, Any]) -> list[str]:
        return aligned([(name, str(value)) for name, value in answer.items()])
