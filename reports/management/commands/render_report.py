"""Writes a report to a file: of a judged day as it was frozen, or as another law or rulebook file would judge it."""

from __future__ import annotations

import hashlib
from argparse import FileType
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from core.access import SYSTEM
from core.commands import AnsweringCommand, aligned, day
from core.errors import Refused
from core.findings import digest_of
from reports.models import ReportRun
from reports.services.reports import document, facts_of_what_if, freeze_report
from reserves import selectors
from reserves.services.days import run_day


class Command(AnsweringCommand):
    """``render_report daily_reserve --coin SYM --as-of DAY [--law-on DAY] [--rulebook FILE] --out FILE.pdf``."""

    help = "Write a report as PDF. With --law-on or --rulebook the day is only assessed, and nothing is stored."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("kind", choices=ReportRun.Kind.values)
        parser.add_argument("--coin", required=True, help="symbol of the coin")
        parser.add_argument("--as-of", required=True, type=day, metavar="DAY", help="day of the position, YYYY-MM-DD")
        parser.add_argument("--law-on", type=day, metavar="DAY", help="judge as if the law of this day applied")
        parser.add_argument("--rulebook", type=FileType("rb"), metavar="FILE", help="a rulebook file laid over the law")
        parser.add_argument("--out", required=True, type=Path, metavar="FILE", help="where to write the PDF")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        coin = selectors.coin_named(options["coin"], SYSTEM)
        overlay = options["rulebook"] and options["rulebook"].read()
        if options["law_on"] or overlay:
            result = run_day(coin, options["as_of"], actor=SYSTEM, law_on=options["law_on"], overlay=overlay)
            frozen = facts_of_what_if(coin, result)
        else:
            judged = selectors.day(coin, options["as_of"])
            if judged is None:
                raise Refused(
                    _("%(coin)s on %(day)s is not judged yet.") % {"coin": coin, "day": options["as_of"]},
                    code="day_not_judged",
                )
            frozen = freeze_report(options["kind"], judged, actor=SYSTEM).facts
        pdf = document(frozen)
        options["out"].parent.mkdir(parents=True, exist_ok=True)
        options["out"].write_bytes(pdf)
        return {
            "reference": frozen["reference"], "facts_sha256": digest_of(frozen),
            "sha256": hashlib.sha256(pdf).hexdigest(), "bytes": len(pdf), "out": str(options["out"]),
        }

    def table(self, answer: dict[str, Any]) -> list[str]:
        return aligned([(name, str(value)) for name, value in answer.items()])
