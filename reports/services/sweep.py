"""The sweep of reports: every row again that a nudge may have missed."""

from __future__ import annotations

from core.access import SYSTEM
from reports import selectors
from reports.services.announcements import announce_breaches, announce_late_feeds
from reports.services.judgement import judge_issuers
from reports.services.licensing import freeze_licensing_documents
from reports.services.occasions import produce_events


def sweep_reports() -> list[int]:
    """Judge issuers, freeze reports that follow events and documents of licensing, tell of breaches and late files.

    Returns the keys of reports that wait to be rendered. Sweeping twice does nothing twice.
    """
    judge_issuers(actor=SYSTEM)
    produce_events(actor=SYSTEM)
    freeze_licensing_documents(actor=SYSTEM)
    announce_breaches()
    announce_late_feeds()
    return selectors.frozen_runs()
