"""What stands behind the coin: lines and movements as received, prices, reference data, days as judged, breaks."""

from reserves.models.breaks import Break, BreakDay
from reserves.models.day import ReserveDay
from reserves.models.flows import Entry, IssuanceLine, RedemptionLine
from reserves.models.lines import Holding, LedgerLine, SupplyLine
from reserves.models.prices import Price
from reserves.models.reference import AcceptedInstrument, Custodian, Fund, Obligor
from reserves.models.schedules import FeedSchedule, FeedSender

__all__ = [
    "AcceptedInstrument",
    "Break",
    "BreakDay",
    "Custodian",
    "Entry",
    "FeedSchedule",
    "FeedSender",
    "Fund",
    "Holding",
    "IssuanceLine",
    "LedgerLine",
    "Obligor",
    "Price",
    "RedemptionLine",
    "ReserveDay",
    "SupplyLine",
]
