"""What licensees of the demonstration return about AML: the last two quarters of each, the earlier first."""

from __future__ import annotations

from dataclasses import dataclass

from reports.demo.licensing import KESTREL, LION_ROCK, OUTER_CHANNEL, PEARL_ESTUARY, TIDEWATER


@dataclass(frozen=True, slots=True)
class AmlCounts:
    """The figures of one quarter that the others follow from."""

    customers: int
    received: int
    reported: int
    frozen_before: int
    frozen: int
    transfers: tuple[int, int]  # at or above the threshold, below
    incidents: int = 0

    def counts(self) -> dict[str, int]:
        return {
            "customers": self.customers, "internal_open_at_start": 0, "internal_received": self.received,
            "reported_to_jfiu": self.reported, "not_reported": self.received - self.reported,
            "internal_open_at_end": 0, "sanctions_matches": 0, "frozen_at_start": self.frozen_before,
            "frozen": self.frozen, "released": 0, "frozen_at_end": self.frozen_before + self.frozen,
            "transfers_at_threshold": self.transfers[0], "transfers_below": self.transfers[1],
            "travel_rule_incidents": self.incidents,
        }


AML_RETURNS: dict[int, tuple[AmlCounts, AmlCounts]] = {
    LION_ROCK: (AmlCounts(2_140, 9, 4, 2, 1, (3_310, 1_120)), AmlCounts(2_612, 11, 5, 3, 2, (4_021, 1_377), 2)),
    TIDEWATER: (AmlCounts(880, 4, 1, 0, 0, (1_204, 640), 1), AmlCounts(960, 6, 2, 0, 1, (1_466, 702), 3)),
    PEARL_ESTUARY: (AmlCounts(310, 1, 0, 0, 0, (412, 96)), AmlCounts(355, 2, 1, 0, 0, (470, 110))),
    KESTREL: (AmlCounts(190, 0, 0, 0, 0, (233, 51)), AmlCounts(204, 1, 0, 0, 0, (251, 60))),
    OUTER_CHANNEL: (AmlCounts(700, 5, 2, 1, 0, (990, 301), 4), AmlCounts(731, 4, 1, 1, 1, (1_012, 322), 7)),
}
