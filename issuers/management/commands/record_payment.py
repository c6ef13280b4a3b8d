"""``record_payment INVOICE --on DAY --reference TEXT --as EMAIL``: a licence fee was paid."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from core.commands import AnsweringCommand, aligned, day
from core.errors import Refused
from core.models import User
from issuers.models import Fee
from issuers.services.fees import record_payment


class Command(AnsweringCommand):
    help = "Record that a licence fee was paid, as a person who may"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("invoice", help="invoice number, for example INV-FRS01-2026")
        parser.add_argument("--on", dest="paid_on", type=day, required=True, help="day on which the money came in")
        parser.add_argument("--reference", required=True, help="the bank's reference of the payment")
        parser.add_argument("--as", dest="email", required=True, help="e-mail address of the officer who records it")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        fee = Fee.objects.filter(invoice=options["invoice"]).select_related("licence__issuer").first()
        officer = User.objects.filter(email=options["email"]).first()
        if fee is None or officer is None:
            raise Refused(_("There is no such invoice or person."), code="unknown_invoice")
        row = record_payment(fee, paid_on=options["paid_on"], reference=options["reference"], actor=officer)
        return {"invoice": row.invoice, "licence": row.licence.number, "amount_hkd": f"{row.amount_hkd:.2f}",
                "paid_on": options["paid_on"].isoformat(), "reference": row.payment_reference}

    def table(self, answer: dict[str, Any]) -> list[str]:
        return aligned([(name, str(value)) for name, value in answer.items()])
