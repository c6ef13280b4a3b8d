"""``verify_report FILE``: say of a PDF or a ZIP whether it is a report of ours, whole, and standing; exit 2 if not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from core.access import SYSTEM
from core.commands import AnsweringCommand, aligned, readable
from reports.builders.verified import verdict_data
from reports.services.archive_verification import verify_file

MARKS = {True: "+", False: "-", None: "?"}


class Command(AnsweringCommand):
    help = "Verify a report: signature, bytes, facts, audit log, version, and each figure against the stored data"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, metavar="FILE",
                            help="the PDF of a report, or the ZIP of an evidence pack")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        return verdict_data(verify_file(readable(options["file"]), actor=SYSTEM))

    def table(self, answer: dict[str, Any]) -> list[str]:
        checks = [(MARKS[each["holds"]], each["title"], each["sentence"]) for each in answer["checks"]]
        figures = [("-", each["label"], f"{each['shown']} / {each['stored']}") for each in answer["differing"]]
        members = [("-", each["name"], each["label"]) for each in answer["wrong_members"]]
        return [*aligned(checks), *aligned(members), *aligned(figures)]

    def refused(self, answer: dict[str, Any]) -> str:
        if answer["holds"]:
            return ""
        known = answer["holds"] is False
        return _("The file does not hold.") if known else _("Whether the file holds cannot be known.")
