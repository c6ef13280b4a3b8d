"""``obligations ISSUER``: what one licensee owes and owed, the earliest first, and what cannot be dated."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from core.access import SYSTEM
from core.commands import AnsweringCommand, aligned
from core.deadlines import day_of
from core.errors import Refused
from issuers.duty_calendar import DUTIES, not_dated
from issuers.selectors.duties import licensees, obligations_for
from issuers.services.duty_record import known_of


class Command(AnsweringCommand):
    help = "List what a licensee owes: duty, period, last day, state and what met it"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("issuer", help="the issuer's slug")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        issuer = licensees().filter(organisation__slug=options["issuer"]).first()
        if issuer is None:
            raise Refused(_("There is no licensee named %(name)s.") % {"name": options["issuer"]},
                          code="unknown_issuer")
        rows = [
            {"duty": row.kind, "period": row.key, "coin": row.coin.symbol if row.coin else None, "cite": row.cite,
             "due": row.due_at.isoformat(), "due_on": day_of(row.due_at).isoformat(), "state": row.status,
             "met_with": row.met_with}
            for row in obligations_for(SYSTEM).filter(issuer=issuer)
        ]
        return {"issuer": options["issuer"], "obligations": rows,
                "not_dated": [duty.kind for duty in not_dated(known_of(issuer))]}

    def table(self, answer: dict[str, Any]) -> list[str]:
        rows: list[tuple[str, ...]] = [
            (row["due_on"], row["state"], str(_(DUTIES[row["duty"]].title)), row["period"], row["met_with"])
            for row in answer["obligations"]
        ]
        missing = [_("Not dated, a figure is not on record: %(duty)s.") % {"duty": _(DUTIES[kind].title)}
                   for kind in answer["not_dated"]]
        return [*aligned(rows), *missing]
