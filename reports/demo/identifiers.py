"""Identifiers of things that do not exist, with the check digits of things that do."""

from __future__ import annotations

from stdnum.isin import calc_check_digit

from reports.demo.chance import draw, hexadecimal
from reports.demo.world import CoinPlan


def isin(plan: CoinPlan, serial: int) -> str:
    """Return a well-formed ISIN in a range that no agency allots: four zeros, then a letter."""
    number = f"{'HK' if plan.currency == 'HKD' else 'XS'}0000{plan.letter}{serial:04d}"
    return number + calc_check_digit(number)


def collateral(plan: CoinPlan, number: int) -> str:
    """Return the ISIN of what the coin's repo counterparties give as collateral."""
    return isin(plan, 9_001 + number)


def account_number(plan: CoinPlan, house: str, purpose: str) -> str:
    """Return the account of one pool at one house for one purpose."""
    initials = "".join(word[0] for word in house.split("-")).upper()
    return f"{initials}-{draw(900_000, plan.symbol, house, purpose) + 100_000}-{purpose.upper()}"


def contract(plan: CoinPlan, chain: str) -> str:
    """Return the address of the coin's contract on a chain."""
    return f"0x{hexadecimal(40, 'contract', plan.symbol, chain)}"
