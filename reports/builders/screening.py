"""The evidence of a screening on paper: what was searched for, in which lists, by which algorithm, with what result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from aml.builders.evidence import SCHEMA, facts, kind_name, list_names
from aml.builders.side_by_side import identifiers, tokens_of
from aml.models import ScreeningRun

__all__ = ["SCHEMA", "facts", "printed"]
TITLE_ZH = "篩查紀錄"


def printed(frozen: Mapping[str, Any]) -> dict[str, Any]:
    """Return the context of ``pdf/screening.html``, besides what every document prints."""
    query = frozen["query"]
    return {
        "title": _("Record of a screening"), "title_zh": TITLE_ZH, "subject_line": query["names"][0],
        "kind": kind_name(query), "identifiers": identifiers(query["identifiers"]),
        "reason": ScreeningRun.Reason(frozen["run"]["reason"]).label, "lists": list_names(frozen["lists"]),
        "hits": [(hit, tokens_of(hit["explanation"])) for hit in frozen["hits"]],
    }
