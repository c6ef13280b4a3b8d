"""``draw_day``: repeats the draw of a seed, or checks that of an engagement against what was committed to."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core.commands import AnsweringCommand, aligned, day
from core.errors import Refused
from reserves.draw import commitment_of, draw_days
from reserves.models import Engagement
from reserves.services.draws import draw_of


class Command(AnsweringCommand):
    help = "Repeat the draw of days to be tested: from a seed, or of an engagement whose seed is revealed"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--engagement", metavar="REF")
        parser.add_argument("--seed", metavar="HEX", help="64 hexadecimal digits")
        parser.add_argument("--coin", metavar="SYM")
        parser.add_argument("--from", dest="first", type=day, metavar="DAY")
        parser.add_argument("--to", dest="last", type=day, metavar="DAY")
        parser.add_argument("--count", type=int, default=1)

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        if options["engagement"]:
            return _of_engagement(options["engagement"])
        if not all(options[name] for name in ("seed", "coin", "first", "last")):
            raise Refused(_("Give an engagement, or a seed with coin and period."), code="arguments")
        return draw_of(options["seed"], coin=options["coin"], first=options["first"], last=options["last"],
                       count=options["count"])

    def table(self, answer: dict[str, Any]) -> list[str]:
        shown = {name: len(value) if name == "candidates" else value for name, value in answer.items()}
        return aligned([(name, ", ".join(value) if isinstance(value, list) else str(value))
                        for name, value in shown.items()])

    def refused(self, answer: dict[str, Any]) -> str:
        return "" if answer.get("holds", True) else _("The days do not follow from the seed that was committed to.")


def _of_engagement(reference: str) -> dict[str, Any]:
    row = Engagement.objects.filter(reference=reference).first()
    if row is None:
        raise Refused(_("There is no engagement %(reference)s.") % {"reference": reference}, code="unknown_engagement")
    known = {"engagement": row.reference, "commitment": row.commitment, "revealed": row.drawn_at is not None}
    if row.drawn_at is None:
        return known
    candidates = [date.fromisoformat(each) for each in row.draw["candidates"]]
    again = draw_days(row.draw["seed"], candidates, coin=row.draw["coin"], first=date.fromisoformat(row.draw["first"]),
                      last=date.fromisoformat(row.draw["last"]), count=row.draw["count"])
    holds = commitment_of(row.draw["seed"]) == row.commitment
    return known | {"seed": row.draw["seed"], "candidates": row.draw["candidates"],
                    "days": [each.isoformat() for each in again],
                    "holds": holds and [each.isoformat() for each in again] == row.draw["days"]}
