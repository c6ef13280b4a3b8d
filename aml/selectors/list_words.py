"""A load in the words and figures that page, API and command share."""

from __future__ import annotations

from typing import Any

from aml.models import ListLoad
from core.feeds import worded


def account_of_load(load: ListLoad) -> dict[str, Any]:
    """Return what became of a load: the version with its counts, or every reason why there is none."""
    version = load.version
    return {
        "load": load.pk,
        "list": load.source,
        "outcome": load.outcome,
        "files": load.files,
        "origin": load.origin,
        "tried_at": load.tried_at.isoformat(),
        "version": version.number if version else None,
        "sha256": version.sha256 if version else None,
        "published_on": version.published_on.isoformat() if version and version.published_on else None,
        "entries": version.entry_count if version else None,
        "names": version.name_count if version else None,
        "addresses": version.address_count if version else None,
        "assets": version.assets if version else [],
        "added": version.added if version else None,
        "changed": version.changed if version else None,
        "removed": version.removed if version else None,
        "problem_count": load.problem_count,
        "problems": [
            {name: problem[name] for name in ("rule", "file", "row", "column", "value", "message", "fix")}
            for problem in worded(load.problems)
        ],
    }
