"""``state_diagrams [--write | --check]``: every lifecycle as a diagram, read off its table, for the README."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext as _

from core.commands import AnsweringCommand
from core.errors import Refused
from core.workflow import Workflow

README = Path(settings.ROOT) / "README.md"
BETWEEN = re.compile(r"(<!-- state diagrams -->\n).*?(<!-- end of state diagrams -->)", re.DOTALL)


def diagrams() -> str:
    """Return all lifecycles as folded Mermaid diagrams, by the name of their record."""
    autodiscover_modules("workflows", "cases", "invitations")
    blocks = (
        f"<details><summary>{_spaced(name)}</summary>\n\n```mermaid\n{Workflow.ALL[name].mermaid()}\n```\n\n</details>\n"
        for name in sorted(Workflow.ALL)
    )
    return "\n".join(blocks)


def _spaced(name: str) -> str:
    """Return a record's name as words: EventNotice is "event notice"."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", name).lower()


class Command(AnsweringCommand):
    help = "Print the diagrams of all lifecycles, write them into the README, or check that those there are current"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        where = parser.add_mutually_exclusive_group()
        where.add_argument("--write", action="store_true", help="replace those in the README")
        where.add_argument("--check", action="store_true", help="exit 2 if those in the README are stale")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        text = README.read_text(encoding="utf-8")
        fresh = BETWEEN.sub(lambda found: f"{found[1]}{diagrams()}{found[2]}", text)
        if options["check"] and fresh != text:
            raise Refused(_("The diagrams in README.md are stale: run manage.py state_diagrams --write."), code="stale")
        if options["write"] and fresh != text:
            README.write_text(fresh, encoding="utf-8")
        return {"lifecycles": sorted(Workflow.ALL), "diagrams": diagrams()}

    def table(self, answer: dict[str, Any]) -> list[str]:
        return [answer["diagrams"]]
