"""Loads one published list from files and prints what it added, changed and removed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aml import tasks
from aml.models import ListLoad, Source
from aml.selectors.list_words import account_of_load
from aml.services.watchlists import load_watchlist
from core.access import SYSTEM
from core.commands import AnsweringCommand, aligned, bytes_of, day

#: The authority's own list is changed by two officers, on its pages.
SOURCES = [source for source in Source.values if source != Source.OWN]


class Command(AnsweringCommand):
    help = "Make a new version of a published list from its files, or say why they are refused."

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("list", choices=SOURCES, help="whose list it is")
        parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help="all files of the list, of one day")
        parser.add_argument("--published", type=day, metavar="DAY", help="the publisher's day, where no file says it")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        files = [(path.name, bytes_of(path)) for path in options["files"]]
        load = load_watchlist(options["list"], files, actor=SYSTEM, published_on=options["published"])
        if load.outcome == ListLoad.Outcome.LOADED:
            tasks.screen_change(load.version_id)
        return account_of_load(load)

    def table(self, answer: dict[str, Any]) -> list[str]:
        if answer["outcome"] != ListLoad.Outcome.REFUSED:
            shown = ("list", "outcome", "version", "published_on", "sha256", "entries", "names", "addresses", "added",
                     "changed", "removed")
            return aligned([(name, "-" if answer[name] is None else str(answer[name])) for name in shown])
        return [_problem_line(problem) for problem in answer["problems"]]

    def refused(self, answer: dict[str, Any]) -> str:
        if answer["outcome"] != ListLoad.Outcome.REFUSED:
            return ""
        count = answer["problem_count"]
        return ngettext(
            "The list is refused: %(count)s problem. The version in force stays.",
            "The list is refused: %(count)s problems. The version in force stays.", count,
        ) % {"count": count}


def _problem_line(problem: dict[str, Any]) -> str:
    place = _("row %(row)s") % problem if problem["row"] else ""
    where = " ".join(part for part in (problem["file"], place, problem["column"]) if part)
    return f"{where}: {problem['message']} {problem['fix']}".removeprefix(": ").rstrip()
