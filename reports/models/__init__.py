"""Everything that leaves the building, as it was frozen, and when and to whom it goes."""

from reports.models.pack_orders import PackOrder
from reports.models.run import ReportDocument, ReportRun
from reports.models.schedules import (
    Occasion,
    OccasionPart,
    ReportNotice,
    Schedule,
    ScheduleVersion,
    Subscription,
)

__all__ = [
    "Occasion", "OccasionPart", "PackOrder", "ReportDocument", "ReportNotice", "ReportRun", "Schedule",
    "ScheduleVersion", "Subscription",
]
