"""What stands behind the coin: lines as received, reference data, days as judged, breaks."""

from reserves.models.breaks import Break, BreakDay
from reserves.models.day import ReserveDay
from reserves.models.lines import Holding, LedgerLine, SupplyLine
from reserves.models.reference import AcceptedInstrument, Custodian, Fund, Obligor

__all__ = [
    "AcceptedInstrument",
    "Break",
    "BreakDay",
    "Custodian",
    "Fund",
    "Holding",
    "LedgerLine",
    "Obligor",
    "ReserveDay",
    "SupplyLine",
]
