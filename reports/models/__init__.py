"""Everything that leaves the building, as it was frozen."""

from reports.models.run import ReportDocument, ReportRun

__all__ = ["ReportDocument", "ReportRun"]
