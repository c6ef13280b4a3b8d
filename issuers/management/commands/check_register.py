"""``check_register QUERY``: whether a name, number, symbol, contract or website is licensed, or warned of."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from core.commands import AnsweringCommand, aligned, day
from issuers.builders.open_data import answer_data
from issuers.selectors.verdicts import check


class Command(AnsweringCommand):
    help = "Say whether a name, licence number, symbol, contract address or website is licensed, or warned of"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("query", help="what to check, in any script")
        parser.add_argument("--as-at", type=day, help="as the register stood at the end of this day in Hong Kong")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        return answer_data(check(options["query"].replace("\x00", "").strip(), options["as_at"]))

    def table(self, answer: dict[str, Any]) -> list[str]:
        rows: list[tuple[str, ...]] = [(answer["verdict"], answer["query"], "")]
        rows += [(_("warning"), each["reference"], each["name_en"]) for each in answer["warnings"]]
        rows += [(each["standing"], each["number"], each["name_en"]) for each in answer["hits"]]
        rows += [(_("did you mean"), each["number"], each["name_en"]) for each in answer["did_you_mean"]]
        rows += [(_("similar warning"), each["reference"], each["name_en"]) for each in answer["similar_warnings"]]
        return aligned(rows)
