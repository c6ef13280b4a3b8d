"""What must come of a play, counted from the calendar and the cast alone: the product's own timetable is not asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from core.calendars import HONG_KONG, HongKongCalendar

#: Files are sent so many days late at the most.
LATEST = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Dues:
    """The dues of so many days after ``first``, on which every issuer has its licence and its coin."""

    first: date
    days: int
    issuers: int
    calendar: HongKongCalendar

    @property
    def over(self) -> date:
        return self.first + timedelta(days=self.days)

    def position_days(self) -> list[date]:
        """Return the days of which every file is in by the end, however late: each has one report that stands."""
        days = (self.first + timedelta(days=offset) for offset in range(self.days))
        return [day for day in days if self.calendar.next_business_day(day) + LATEST <= self.over]

    def reports(self) -> Counter[str]:
        """Return how many reports stand at the end, by kind; of daily ones only those that must."""
        return Counter({
            "licence_certificate": self.issuers,
            "daily_reserve": self.issuers * len(self.position_days()),
            "monthly_supervision": self.issuers * len(list(self._after_periods(months=1, business_day=5))),
            "quarterly_overview": len(list(self._after_periods(months=3, business_day=10))),
        })

    def occasions(self) -> set[tuple[str, datetime]]:
        """Return when what is scheduled falls due: digests and reminders at 08:00, the rest at 09:00."""
        every = [day for day in self._played() if self.calendar.is_business_day(day)]
        return {
            *((name, _at(day, 8)) for name in ("morning_digest", "reminders") for day in every),
            *(("monthly_supervision", _at(day, 9)) for day in self._after_periods(months=1, business_day=5)),
            *(("quarterly_overview", _at(day, 9)) for day in self._after_periods(months=3, business_day=10)),
        }

    def _played(self) -> list[date]:
        return [self.first + timedelta(days=offset) for offset in range(1, self.days + 1)]

    def _after_periods(self, *, months: int, business_day: int) -> Iterator[date]:
        """Yield the days that are the so-manieth business day of a month in which a period begins."""
        for day in self._played():
            until = [day.replace(day=number) for number in range(1, day.day + 1)]
            business = [each for each in until if self.calendar.is_business_day(each)]
            if (day.month - 1) % months == 0 and business[-1:] == [day] and len(business) == business_day:
                yield day


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), HONG_KONG)
