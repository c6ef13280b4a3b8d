"""``reperform_day``: performs a judged day again from the bytes that were received; exit 2 where anything differs."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from core.access import SYSTEM
from core.commands import AnsweringCommand, aligned, day
from core.errors import Refused
from issuers.selectors import coin_named
from reserves import selectors
from reserves.models import EvidenceSnapshot
from reserves.services.reperformance import ask_reperformance, document_of, reperform

SHOWN = 1000


class Command(AnsweringCommand):
    help = "Perform a day again from its raw files and say what agrees; a frozen day as it was frozen"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--coin", required=True, metavar="SYM")
        parser.add_argument("--as-of", required=True, type=day, metavar="DAY")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        coin = coin_named(options["coin"], SYSTEM)
        frozen = EvidenceSnapshot.objects.filter(day__coin=coin, day__as_of=options["as_of"]).select_related("day")
        snapshot = frozen.order_by("-pk").first()
        judged = snapshot.day if snapshot else selectors.day(coin, options["as_of"])
        if judged is None:
            raise Refused(_("The day is not judged yet."), code="not_judged")
        asked = ask_reperformance(judged, actor=SYSTEM, snapshot=snapshot)
        done = reperform(asked.pk)
        if done is None:
            raise Refused(_("A worker performs the day again just now."), code="running", permanent=False)
        document = document_of(done)
        differing = [each for each in document["figures"] if not each["agrees"]]
        lines = [each for each in document["lines"] if not each["agrees"]]
        return {
            "coin": coin.symbol, "as_of": judged.as_of, "version": judged.version, "digest": judged.digest,
            "frozen": snapshot is not None, "agrees": done.agrees, "figures": done.figures, "lines": done.lines,
            "figures_differing": done.figures_differing, "lines_differing": done.lines_differing,
            "differing": differing[:SHOWN], "differing_lines": lines[:SHOWN], "files": document["files"],
        }

    def table(self, answer: dict[str, Any]) -> list[str]:
        names = ("coin", "as_of", "version", "frozen", "agrees", "figures", "figures_differing", "lines",
                 "lines_differing")
        rows = aligned([(name, str(answer[name])) for name in names])
        rows += aligned([(each["by"], each["name"], str(each["stated"]), str(each["again"]))
                         for each in answer["differing"]])
        return rows + aligned([(each["feed"], each["sha256"][:12], str(each["line"]), " ".join(each["differing"]))
                               for each in answer["differing_lines"]])

    def refused(self, answer: dict[str, Any]) -> str:
        return "" if answer["agrees"] else _("The day does not come out again as it was judged.")
