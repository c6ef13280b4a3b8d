"""Judges stored facts again and prints only what differs: the regression test for the law."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from core.commands import AnsweringCommand, aligned, bytes_of, day
from core.errors import Refused
from core.findings import replay
from core.rulebook import load


class Command(AnsweringCommand):
    help = "Judge the stored facts of some days again, under the rulebook or with a file laid over it."

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--from", dest="first", required=True, type=day, metavar="DAY")
        parser.add_argument("--to", dest="last", required=True, type=day, metavar="DAY")
        parser.add_argument("--rulebook", type=Path, metavar="FILE", help="a TOML file laid over the rulebook")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        first, last = options["first"], options["last"]
        if last < first:
            raise Refused(_("%(last)s is before %(first)s.") % {"last": last, "first": first})
        rulebook = load("hk", options["rulebook"] and bytes_of(options["rulebook"]))
        judged, differences = 0, []
        for found in replay(first, last, rulebook):
            judged += 1
            if found.differs:
                row = found.finding
                differences.append({
                    "as_of": row.as_of.isoformat(), "subject": row.subject, "rule": row.rule, "version": row.version,
                    "was": row.verdict, "now": found.now, "counts_were": row.counts, "counts_now": found.counts,
                })
        return {"from": first.isoformat(), "to": last.isoformat(), "rulebook": rulebook.digest,
                "overlay": rulebook.overlay, "judged": judged, "differences": differences}

    def table(self, answer: dict[str, Any]) -> list[str]:
        said = _("%(judged)s verdicts judged again, %(count)s differ.") % {
            "judged": answer["judged"], "count": len(answer["differences"])}
        return [said, *aligned([
            (row["as_of"], row["subject"], row["rule"], str(row["version"]), row["was"], row["now"] or _("not judged"))
            for row in answer["differences"]
        ])]
