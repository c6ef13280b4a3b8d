"""Rows of AML: lists, subjects and their screenings, wallets, transfers, alerts."""

from aml.models.alert import Alert, AlertDecision
from aml.models.contract import ContractAct
from aml.models.detection import DetectorParameter, DetectorRun, Exposure
from aml.models.subject import Hit, Screening, ScreeningRun, Subject
from aml.models.transfer import BlockRange, Replacement, Transfer
from aml.models.wallet import Wallet, WalletScreening
from aml.models.watchlist import EntryName, ListedAddress, ListEntry, ListLoad, ListVersion, Source

__all__ = [
    "Alert",
    "AlertDecision",
    "BlockRange",
    "ContractAct",
    "DetectorParameter",
    "DetectorRun",
    "EntryName",
    "Exposure",
    "Hit",
    "ListEntry",
    "ListLoad",
    "ListVersion",
    "ListedAddress",
    "Replacement",
    "Screening",
    "ScreeningRun",
    "Source",
    "Subject",
    "Transfer",
    "Wallet",
    "WalletScreening",
]
