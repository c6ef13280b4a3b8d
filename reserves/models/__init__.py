"""What stands behind the coin: lines as received, prices, reference data, chains as read, days as judged, breaks."""

from reserves.models.attestation import DrawSeed, Engagement, EngagementAuditor, EvidenceSnapshot, TestDay
from reserves.models.audit_work import AttestationReport, AttestedDay, Reperformance, Sample
from reserves.models.breaks import Break, BreakDay, BreakNote
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
from reserves.models.lines import HeldAccount, Holding, LedgerLine, LineColumns, SupplyLine
from reserves.models.movements import TransferRange
from reserves.models.prices import Price
from reserves.models.reference import AcceptedInstrument, Custodian, Fund, Obligor, PoolAccount
from reserves.models.schedules import FeedSchedule, FeedSender
from reserves.models.statements import WeeklyStatement
from reserves.models.stress import StressFiling, StressScenario
from reserves.models.summary import ReserveDaySummary
from reserves.models.tolerances import MatchingTolerance
from reserves.models.valuation import Instrument, Limit, LimitNotice, ValuationParameter

__all__ = [
    "AcceptedInstrument",
    "AttestationReport",
    "AttestedDay",
    "Break",
    "BreakDay",
    "BreakNote",
    "ChainCheckpoint",
    "ChainEvent",
    "ChainReading",
    "ChainRollback",
    "ContractEvent",
    "Custodian",
    "DrawSeed",
    "Engagement",
    "EngagementAuditor",
    "Entry",
    "EvidenceSnapshot",
    "FeedSchedule",
    "FeedSender",
    "Fund",
    "HeldAccount",
    "Holding",
    "Instrument",
    "IssuanceLine",
    "LedgerLine",
    "Limit",
    "LimitNotice",
    "LineColumns",
    "MatchingTolerance",
    "Obligor",
    "PoolAccount",
    "Price",
    "RedemptionLine",
    "Reperformance",
    "ReserveDay",
    "ReserveDaySummary",
    "Sample",
    "StressFiling",
    "StressScenario",
    "SupplyLine",
    "TestDay",
    "TransferRange",
    "TreasuryWallet",
    "ValuationParameter",
    "WeeklyStatement",
]
