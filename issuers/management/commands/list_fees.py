"""``list_fees [--owed]``: licence fees with their last days and whether they are paid."""

from __future__ import annotations

from typing import Any

from core.access import SYSTEM
from core.commands import AnsweringCommand, aligned
from core.wording import hk_datetime
from issuers.models import Fee
from issuers.selectors.licences import fees_for


class Command(AnsweringCommand):
    help = "List licence fees, newest first; --owed lists those that are neither paid nor withdrawn"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--owed", action="store_true")
        parser.add_argument("--licence", help="licence number, if those of one licence only")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        fees = fees_for(SYSTEM)
        if options["owed"]:
            fees = fees.filter(paid_on=None, withdrawn_at=None)
        if options["licence"]:
            fees = fees.filter(licence__number=options["licence"])
        return {"fees": [_row(fee) for fee in fees]}

    def table(self, answer: dict[str, Any]) -> list[str]:
        return aligned(
            [(row["invoice"], row["amount_hkd"], hk_datetime(row["due_at"], "short"), row["state"])
             for row in answer["fees"]]
        )


def _row(fee: Fee) -> dict[str, Any]:
    state = "paid" if fee.paid_on else "withdrawn" if fee.withdrawn_at else "owed"
    return {"invoice": fee.invoice, "licence": fee.licence.number, "amount_hkd": f"{fee.amount_hkd:.2f}",
            "due_at": fee.due_at.isoformat(), "state": state, "paid_on": fee.paid_on}
