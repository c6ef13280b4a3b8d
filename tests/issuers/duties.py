"""What tests of duties share: a clock that they move, and filings that are in order."""

from __future__ import annotations

from datetime import date

SOUND_COUNTS = {
    "open_at_start": 2, "received": 10, "acknowledged_in_time": 9, "acknowledged_late": 1, "replied_in_time": 8,
    "replied_late": 1, "closed": 8, "open_to_30_days": 2, "open_31_to_60_days": 1, "open_over_60_days": 1,
}
MOVED = {"known_on": date(2026, 10, 5), "happened_on": date(2026, 10, 5),
         "statements": {"address_en": "9 Lion Rock Road, Hong Kong", "email": "new@lionrock.example"}}
