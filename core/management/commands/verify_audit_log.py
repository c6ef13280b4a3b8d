"""``verify_audit_log [--seal] [--head NUMBER:ROOT]``: compute every seal of the log again; exit 2 if one fails."""

from __future__ import annotations

from argparse import ArgumentTypeError
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from core.commands import AnsweringCommand, aligned
from core.log_check import check_log
from core.sealing import seal_events


def head(text: str) -> tuple[int, str]:
    """Read a published head as NUMBER:ROOT."""
    number, _colon, root = text.partition(":")
    if not number.isdecimal() or len(root) != 64:
        raise ArgumentTypeError(_("%(text)s is not a head as NUMBER:ROOT.") % {"text": text})
    return int(number), root.lower()


class Command(AnsweringCommand):
    help = "Check every event of the audit log against the seals, and the chain of seals"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--seal", action="store_true", help="seal first what is not sealed yet")
        parser.add_argument("--head", type=head, metavar="NUMBER:ROOT", help="a head that was published and kept")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        sealed = seal_events(whole=True) if options["seal"] else 0
        check = check_log(published=options["head"])
        return {
            "holds": not check.problem_count, "seals": check.seals, "events": check.events, "sealed_now": sealed,
            "unsealed": check.unsealed,
            "head": check.head and {"number": check.head[0], "log_root": check.head[1]},
            "problem_count": check.problem_count, "problems": [asdict(problem) for problem in check.problems],
        }

    def table(self, answer: dict[str, Any]) -> list[str]:
        at = answer["head"]
        rows = [
            (_("Seals"), str(answer["seals"])), (_("Sealed events"), str(answer["events"])),
            (_("Not sealed yet"), str(answer["unsealed"])),
            (_("Head"), f"{at['number']}:{at['log_root']}" if at else _("none")),
        ]
        return [*aligned(rows), *(problem["sentence"] for problem in answer["problems"])]

    def refused(self, answer: dict[str, Any]) -> str:
        count = answer["problem_count"]
        return _("The audit log does not hold: %(count)d problems.") % {"count": count} if count else ""
