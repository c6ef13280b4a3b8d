"""What workers do for wallets and transfers, in the order in which one thing needs another."""

from __future__ import annotations

from aml.services.detection import ask_nightly, detect, waiting_runs
from aml.services.wallet_screening import screen_all_wallets, screen_waiting_versions, screen_waiting_wallets


def sweep_flows() -> None:
    """Compare wallets with lists that changed, compare wallets that are new, and put before detectors what waits."""
    screen_waiting_versions()
    screen_waiting_wallets()
    for pk in waiting_runs():
        detect(pk)


def sweep_flows_nightly() -> None:
    """Compare every wallet and look at everything again, as every night."""
    screen_all_wallets()
    ask_nightly()
    sweep_flows()
