"""``create_coin SYM --issuer NAME --currency CUR``: an issuer and a coin to work with from the shell."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from core.access import SYSTEM
from core.commands import AnsweringCommand, aligned
from core.models import Organisation
from issuers.models import Issuer
from issuers.services.coins import create_coin
from issuers.services.issuers import register_issuer


class Command(AnsweringCommand):
    help = "Enter a coin, and its issuer if there is none of that name"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("symbol")
        parser.add_argument("--issuer", required=True, help="English name of the issuer")
        parser.add_argument("--currency", required=True, help="reference currency, ISO 4217")

    @transaction.atomic
    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        body = Organisation.objects.filter(name_en=options["issuer"], kind=Organisation.Kind.ISSUER).first()
        issuer = (
            Issuer.objects.get(organisation=body) if body else register_issuer(name_en=options["issuer"], actor=SYSTEM)
        )
        coin = create_coin(issuer, symbol=options["symbol"], reference_currency=options["currency"], actor=SYSTEM)
        return {"coin": coin.symbol, "currency": coin.reference_currency, "issuer": str(issuer)}

    def table(self, answer: dict[str, Any]) -> list[str]:
        return aligned([(name, str(value)) for name, value in answer.items()])
