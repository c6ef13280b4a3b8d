"""A screening as evidence to keep apart from the platform: what was searched for, in what, with what result."""

from __future__ import annotations

from typing import Any

from aml.models import Screening, Source, Subject
from core.calendars import HONG_KONG

SCHEMA = "assay.screening/1"


def facts(screening: Screening) -> dict[str, Any]:
    """Return the screening as JSON has it; the same screening always gives the same."""
    run, owner = screening.run, screening.subject.owner
    return {
        "schema": SCHEMA,
        "reference": f"SCREENING-{screening.pk}",
        "dated_at": screening.screened_at.astimezone(HONG_KONG).isoformat(),
        "issuer": {name: getattr(owner, name) for name in ("name_en", "name_zh_hant", "name_zh_hans")},
        "subject": {"key": screening.subject.key, "digest": screening.subject_digest},
        "query": screening.query,
        "run": {"id": str(run.pk), "reason": run.reason, "algorithm": run.algorithm, "threshold": run.threshold},
        "lists": run.lists,
        "compared": screening.compared,
        "best_score": screening.best_score,
        "hits": [
            {"source": hit.entry.source, "key": hit.entry.key, "since": hit.entry.since, "name": hit.matched_name,
             "score": hit.score, "explanation": hit.explanation}
            for hit in screening.hits.select_related("entry").order_by("-score", "pk")
        ],
    }


def list_names(lists: list[dict[str, Any]]) -> list[tuple[Any, dict[str, Any]]]:
    """Return each list of a screening with what it is called."""
    return [(Source(each["source"]).label if each["source"] in Source.values else each["source"], each)
            for each in lists]


def kind_name(query: dict[str, Any]) -> Any:
    """Return what the kind that was searched for is called."""
    kind = query["kind"]
    return Subject.Kind(kind).label if kind in Subject.Kind.values else kind
