"""Rows of AML: lists, subjects and their screenings, wallets, alerts."""

from aml.models.alert import Alert, AlertDecision
from aml.models.scorecard import LabelledPairs, Scorecard
from aml.models.subject import Hit, Screening, ScreeningRun, Subject
from aml.models.wallet import Wallet
from aml.models.watchlist import EntryName, ListedAddress, ListEntry, ListLoad, ListVersion, Source

__all__ = [
    "Alert",
    "AlertDecision",
    "EntryName",
    "Hit",
    "LabelledPairs",
    "ListEntry",
    "ListLoad",
    "ListVersion",
    "ListedAddress",
    "Scorecard",
    "Screening",
    "ScreeningRun",
    "Source",
    "Subject",
    "Wallet",
]
