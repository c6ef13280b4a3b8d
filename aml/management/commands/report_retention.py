"""Says what need no longer be kept; deleting it takes two officers and a page."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from aml.selectors.retention import disposables
from core.commands import AnsweringCommand, aligned


class Command(AnsweringCommand):
    help = "Report which records may be deleted."

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        rows = [asdict(each) | {"before": each.before.isoformat()} for each in disposables()]
        return {"records": [{name: value for name, value in row.items() if name != "label"} for row in rows]}

    def table(self, answer: dict[str, Any]) -> list[str]:
        head = ("kind", "count", "before", "years", "cite")
        return aligned([head, *(tuple(str(row[name]) for name in head) for row in answer["records"])])
