"""Everything that leaves the building, as it was frozen."""

from reports.models.run import ReportRun

__all__ = ["ReportRun"]
