"""What the sender of a file is told of it, wherever it came in."""

from __future__ import annotations

from typing import Any

from core import feeds
from core.models import FeedFile


def receipt_of(feed_file: FeedFile) -> dict[str, Any]:
    """Return what the sender is told of a file."""
    return {
        "id": feed_file.pk, "feed": feed_file.feed, "coin": feed_file.subject,
        "as_of": feed_file.as_of.isoformat() if feed_file.as_of else None, "sender": feed_file.sender.slug,
        "filename": feed_file.filename, "sha256": feed_file.sha256, "received_at": feed_file.received_at.isoformat(),
        "rows": feed_file.row_count, "state": feed_file.status,
        "supersedes": feed_file.supersedes_id, "problem_count": feed_file.problem_count,
        "problems": feeds.worded(feed_file.problems),
    }
