"""Rows of AML: lists, subjects and their screenings, wallets, transfers, alerts."""

from aml.models.alert import Alert, AlertDecision
from aml.models.contract import ContractAct
from aml.models.detection import DetectorRun, Exposure
from aml.models.disposal import Disposal, RecordKind, RetentionHold
from aml.models.oversight import AmlReturn, Suspicion
from aml.models.subject import Hit, Screening, ScreeningRun, Subject
from aml.models.transfer import BlockRange, Replacement, Transfer
from aml.models.travel_rule import SampledTransfer, TravelRuleRecord, TravelRuleSample
from aml.models.wallet import Wallet
from aml.models.detection import DetectorParameter, DetectorRun, Exposure
from aml.models.subject import Hit, Screening, ScreeningRun, Subject
from aml.models.transfer import BlockRange, Replacement, Transfer
from aml.models.wallet import Wallet, WalletScreening
from aml.models.watchlist import EntryName, ListedAddress, ListEntry, ListLoad, ListVersion, Source
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
    "ListEntry",
    "ListLoad",
    "ListVersion",
    "ListedAddress",
    "RecordKind",
    "Replacement",
    "RetentionHold",
    "SampledTransfer",
    "LoadRelease",
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
