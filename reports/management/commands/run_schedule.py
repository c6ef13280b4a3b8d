"""Has something regular done now, in this process: the last period that is over, or the one that is named."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from core.access import SYSTEM
from core.commands import AnsweringCommand, aligned
from core.errors import Refused
from reports.builders.schedule_words import period_words
from reports.models import Occasion
from reports.selectors.schedules import made_anew, parts_of, progress_of
from reports.services.occasions import ask_occasion, do_occasion
from reports.services.production import PRODUCTIONS
from reports.services.schedules import enter_default_schedules
from reports.timetable import Cadence, period_named


class Command(AnsweringCommand):
    """``run_schedule NAME [--period 2026-10 | 2026-Q3 | DAY]``: freezes its reports or writes its mails, each once.

    Reports are rendered, and mails are sent, by the workers.
    """

    help = "Do what is regular now. Mails are not written again; of reports a version is made where facts have changed."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("name", help="such as monthly_supervision; the command schedules prints all")
        parser.add_argument("--period", metavar="PERIOD", help="2026-10, 2026-Q3, or a day that lies in it")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        versions = enter_default_schedules()
        if options["name"] not in versions:
            raise Refused(_("There is no schedule %(name)s; there are %(names)s.")
                          % {"name": options["name"], "names": ", ".join(versions)}, code="unknown_schedule")
        version = versions[options["name"]]
        period = None
        if options["period"]:
            try:
                period = period_named(Cadence(version.cadence), options["period"])
            except ValueError:
                raise Refused(_("%(text)s names no period of this schedule: give 2026-10, 2026-Q3 or a day.")
                              % {"text": options["period"]}, code="no_period")
        occasion = ask_occasion(version.schedule, period=period, actor=SYSTEM)
        done_before = occasion.status == Occasion.Status.PRODUCED
        do_occasion(occasion.pk)
        occasion.refresh_from_db()
        progress, anew = progress_of(occasion), made_anew(occasion)
        return {
            "name": options["name"], "title": str(PRODUCTIONS[options["name"]].title), "first": occasion.first,
            "last": occasion.last, "period": period_words(occasion.period), "status": occasion.status,
            "done_before": done_before or anew == 0,
            "made_anew": anew or 0, "mails": occasion.mailed, "expected": progress.expected,
            "made": progress.made, "rendered": progress.rendered, "reason": occasion.reason,
            "reports": [{"subject": part.subject, "reference": part.run.reference if part.run else None,
                         "reason": part.reason} for part in parts_of(occasion)],
        }

    def table(self, answer: dict[str, Any]) -> list[str]:
        head = [(name, str(answer[name])) for name in
                ("title", "period", "status", "done_before", "made_anew", "mails",
                 "expected", "made", "rendered", "reason")]
        parts = [(each["subject"], each["reference"] or each["reason"]) for each in answer["reports"]]
        return [*aligned(head), "", *aligned(parts)]

    def refused(self, answer: dict[str, Any]) -> str:
        return answer["reason"] if answer["status"] == Occasion.Status.FAILED else ""
