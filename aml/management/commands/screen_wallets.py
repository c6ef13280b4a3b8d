"""Compares addresses in a file with every address on the lists in force, and writes the hits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aml.parsers.asked import read_asked_addresses
from aml.selectors.wallets import AddressHit, lists_in_force, screened
from core.commands import AnsweringCommand, bytes_of
from core.downloads import csv_text
from core.errors import Refused
from core.feeds import worded

COLUMNS = ("id", "address", "list", "entry", "name", "asset", "listed_address", "listed_on")


class Command(AnsweringCommand):
    help = "Read id,address; write one row for each exact hit on any chain. Nothing is stored and no alert is raised."

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("asked", metavar="IN.csv", type=Path)
        parser.add_argument("hits", metavar="OUT.csv", type=Path)

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        parsed = read_asked_addresses(bytes_of(options["asked"]), filename=options["asked"].name)
        answer = {"asked": len(parsed.rows), "hits": 0, "addresses": 0, "lists": lists_in_force(),
                  "problems": worded([each.as_dict() for each in parsed.problems]),
                  "problem_count": parsed.problem_count}
        if not parsed.ok:
            return answer
        hits = screened(zip(parsed.rows.column("id"), parsed.rows.column("address"), strict=True))
        _write(options["hits"], hits)
        return answer | {"hits": len(hits), "addresses": len({hit.ref for hit in hits})}

    def table(self, answer: dict[str, Any]) -> list[str]:
        if answer["problem_count"]:
            return [f"{each['message']} {each['fix']}".rstrip() for each in answer["problems"]]
        if not answer["lists"]:
            return [_("No list is loaded: nothing was compared with anything.")]
        return [ngettext("%(hits)d hit", "%(hits)d hits", answer["hits"]) % answer]

    def refused(self, answer: dict[str, Any]) -> str:
        if answer["problem_count"]:
            return _("The file is refused; no hits are written.")
        return "" if answer["lists"] else _("No list is loaded: nothing was compared with anything.")


def _write(path: Path, hits: list[AddressHit]) -> None:
    rows = [(hit.ref, hit.address, hit.listed.entry.source, hit.listed.entry.key, hit.listed.entry.name,
             hit.listed.asset, hit.listed.address, hit.listed.listed_on) for hit in hits]
    try:
        path.write_text(csv_text([COLUMNS, *rows]), encoding="utf-8", newline="")
    except OSError as error:
        raise Refused(_("%(file)s cannot be written: %(reason)s.") % {"file": path, "reason": error.strerror},
                      code="unwritable")
