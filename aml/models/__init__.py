"""Rows of AML: lists, subjects and their screenings, wallets, transfers, alerts, returns, what is kept and deleted."""

from aml.models.alert import Alert, AlertDecision
from aml.models.contract import ContractAct
from aml.models.detection import DetectorParameter, DetectorRun, Exposure
from aml.models.disposal import Disposal, RecordKind, RetentionHold
from aml.models.oversight import AmlReturn, Suspicion
from aml.models.scorecard import LabelledPairs, Scorecard
from aml.models.subject import Hit, Screening, ScreeningRun, Subject
from aml.models.transfer import BlockRange, Origin, Replacement, Transfer
from aml.models.travel_rule import SampledTransfer, TravelRuleRecord, TravelRuleSample
from aml.models.wallet import Wallet, WalletScreening
from aml.models.watchlist import EntryName, ListedAddress, ListEntry, ListLoad, ListVersion, LoadRelease, Source

__all__ = [
    "Alert",
    "AlertDecision",
    "AmlReturn",
    "BlockRange",
    "ContractAct",
    "DetectorParameter",
    "DetectorRun",
    "Disposal",
    "EntryName",
    "Exposure",
    "Hit",
    "LabelledPairs",
    "ListEntry",
    "ListLoad",
    "ListVersion",
    "ListedAddress",
    "LoadRelease",
    "Origin",
    "RecordKind",
    "Replacement",
    "RetentionHold",
    "SampledTransfer",
    "Scorecard",
    "Screening",
    "ScreeningRun",
    "Source",
    "Subject",
    "Suspicion",
    "Transfer",
    "TravelRuleRecord",
    "TravelRuleSample",
    "Wallet",
    "WalletScreening",
]
