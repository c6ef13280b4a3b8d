"""What stands behind the coin: lines as received, prices, reference data, chains as read, days as judged, breaks."""

from reserves.models.breaks import Break, BreakDay
from reserves.models.chain import (
    ChainCheckpoint,
    ChainEvent,
    ChainReading,
    ChainRollback,
    ContractEvent,
    TreasuryWallet,
)
from reserves.models.day import ReserveDay
from reserves.models.flows import Entry, IssuanceLine, RedemptionLine
from reserves.models.lines import Holding, LedgerLine, SupplyLine
from reserves.models.prices import Price
from reserves.models.reference import AcceptedInstrument, Custodian, Fund, Obligor, PoolAccount

__all__ = [
    "AcceptedInstrument",
    "Break",
    "BreakDay",
    "ChainCheckpoint",
    "ChainEvent",
    "ChainReading",
    "ChainRollback",
    "ContractEvent",
    "Custodian",
    "Entry",
    "Fund",
    "Holding",
    "IssuanceLine",
    "LedgerLine",
    "Obligor",
    "PoolAccount",
    "Price",
    "RedemptionLine",
    "ReserveDay",
    "SupplyLine",
    "TreasuryWallet",
]
