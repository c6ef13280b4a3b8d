"""What both decisions on a held file take from the shell, and how they are answered."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from core.commands import AnsweringCommand
from core.errors import Refused
from core.models import FeedFile, User
from reserves.management.commands.receive import Command as Receive
from reserves.services.receipts import receipt_of as receipt
from reserves.tasks import nudge_days_of


class DecidingCommand(AnsweringCommand):
    """A command with which an officer decides on a held file; ``decide`` calls the service."""

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("receipt", metavar="ID", type=int, help="receipt of the held file")
        parser.add_argument("--officer", required=True, metavar="EMAIL", help="who decides; not who sent the file")
        parser.add_argument("--reason", required=True, metavar="TEXT", help="why; the sender reads it")

    def decide(self, file: FeedFile, **said: Any) -> FeedFile:
        raise NotImplementedError

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        file, officer = held_receipt(options["receipt"]), officer_named(options["officer"])
        decided = self.decide(file, reason=options["reason"], actor=officer)
        nudge_days_of(decided)
        return receipt(decided)

    def table(self, answer: dict[str, Any]) -> list[str]:
        return Receive().table(answer)


def held_receipt(pk: int) -> FeedFile:
    """Return the file of a receipt.

    Raises:
        Refused: there is none.
    """
    found = FeedFile.objects.select_related("sender", "owner").filter(pk=pk).first()
    if found is None:
        raise Refused(_("There is no receipt %(receipt)s.") % {"receipt": pk}, code="unknown_receipt")
    return found


def officer_named(email: str) -> User:
    """Return the person of an address, whose permissions decide.

    Raises:
        Refused: nobody has it.
    """
    found = User.objects.filter(email__iexact=email).first()
    if found is None:
        raise Refused(_("There is nobody with the address %(email)s.") % {"email": email}, code="unknown_officer")
    return found
