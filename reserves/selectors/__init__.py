"""Reading reserves: days, breaks, files, lines, reference data, and what is due."""

from reserves.selectors.accounts import pools_sharing
from reserves.selectors.day_files import files_of
from reserves.selectors.days import (
    WAITING,
    breaks_of,
    day,
    days_of,
    histories,
    history,
    judged_day,
    latest_days,
    neighbours,
    previous_judged,
    waiting_days,
    waiting_days_of,
)
from reserves.selectors.due import due_files, open_late_cases, supervised_coins
from reserves.selectors.reference import ReferenceData, reference_on, spelled

__all__ = [
    "WAITING",
    "ReferenceData",
    "breaks_of",
    "day",
    "days_of",
    "due_files",
    "files_of",
    "histories",
    "history",
    "judged_day",
    "latest_days",
    "neighbours",
    "open_late_cases",
    "pools_sharing",
    "previous_judged",
    "reference_on",
    "spelled",
    "supervised_coins",
    "waiting_days",
    "waiting_days_of",
]
