"""``record_fact ISSUER FACT VALUE --from DAY --source TEXT``: what was set for one licensee, or what it filed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from core.access import SYSTEM
from core.commands import AnsweringCommand, aligned, day
from core.errors import Refused
from core.rulebook.facts import FACTS, Kind
from issuers.models import Coin, Issuer, IssuerFact
from issuers.services.facts import record_fact


class Command(AnsweringCommand):
    help = "Record a fact of the rulebook's table for an issuer or one of its coins, from a day on"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("issuer", help="the issuer's slug")
        parser.add_argument("fact", help="a name of the table of facts, for example licence.buffer_target")
        parser.add_argument("value")
        parser.add_argument("--coin", help="symbol, if it holds for one coin only")
        parser.add_argument("--from", dest="valid_from", type=day, required=True)
        parser.add_argument("--source", required=True, help="the letter, filing or paragraph it comes from")
        parser.add_argument("--filed", action="store_true", help="filed by the issuer, not set by the authority")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        issuer = Issuer.objects.filter(organisation__slug=options["issuer"]).first()
        coin = Coin.objects.filter(issuer=issuer, symbol=options["coin"]).first() if options["coin"] else None
        if issuer is None or (options["coin"] and coin is None):
            raise Refused(_("There is no such issuer or coin."), code="unknown_issuer")
        row = record_fact(
            issuer, coin=coin, fact=options["fact"], value=_typed(options["fact"], options["value"]),
            valid_from=options["valid_from"], source=options["source"], actor=SYSTEM,
            origin=IssuerFact.Origin.FILED if options["filed"] else IssuerFact.Origin.SET,
        )
        return {"issuer": options["issuer"], "coin": options["coin"], "fact": row.fact, "value": row.value,
                "from": row.valid_from.isoformat()}

    def table(self, answer: dict[str, Any]) -> list[str]:
        return aligned([(name, str(value)) for name, value in answer.items()])


def _typed(fact: str, text: str) -> Any:
    """Return the text as the fact's type; text that is no such value stays text, for the service to refuse."""
    kind = FACTS[fact].kind if fact in FACTS else Kind.TEXT
    try:
        if kind in (Kind.AMOUNT, Kind.RATIO):
            return Decimal(text)
        if kind is Kind.INTEGER:
            return int(text)
        if kind is Kind.DAY:
            return date.fromisoformat(text)
    except (ValueError, InvalidOperation):
        return text
    return {"true": True, "false": False}.get(text, text) if kind is Kind.TRUTH else text
