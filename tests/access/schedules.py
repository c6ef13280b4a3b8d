"""The default schedules, and an occasion of one that failed."""

from __future__ import annotations

from datetime import date

from core import clock
from reports.models import Occasion
from reports.services.schedules import enter_default_schedules

NAME = "monthly_supervision"
OF_SCHEDULE = {"name": "schedules_name", "pk": "schedules_occasion"}
PARTS = {f"officer:{name}": OF_SCHEDULE for name in ("schedule", "schedule_run", "occasion", "occasion_retry")}


def build(world, request) -> None:
    version = enter_default_schedules()[NAME]
    failed = Occasion.objects.create(
        schedule=version.schedule, first=date(2026, 9, 1), last=date(2026, 9, 30), due_at=clock.now(), status="failed",
        reason="lion-rock: no figures.", settled_at=clock.now(),
    )
    world |= {"schedules_name": NAME, "schedules_occasion": failed.pk}
