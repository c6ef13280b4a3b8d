"""All modules of the form in the order of the task list, and how one of them is found."""

from __future__ import annotations

from dataclasses import replace

from issuers.manifest.conduct import CONDUCT, DECLARATIONS, WIND_DOWN
from issuers.manifest.controls import AML, RISK, TECHNOLOGY
from issuers.manifest.money import BUSINESS_PLAN, CAPITAL, COIN, OTHER_BUSINESS
from issuers.manifest.parts import Field, Module
from issuers.manifest.people import (
    CHIEF_EXECUTIVE,
    CORPORATE,
    DIRECTORS,
    MANAGERS,
    OWNERSHIP,
    OWNERSHIP_OF_BANK,
    STABLECOIN_MANAGER,
)
from issuers.manifest.pool import CUSTODY, ISSUANCE, RESERVE

MODULES: tuple[Module, ...] = (
    CORPORATE, OWNERSHIP, OWNERSHIP_OF_BANK, CHIEF_EXECUTIVE, DIRECTORS, STABLECOIN_MANAGER, MANAGERS, COIN,
    BUSINESS_PLAN, OTHER_BUSINESS, CAPITAL, RESERVE, ISSUANCE, CUSTODY, RISK, TECHNOLOGY, AML, CONDUCT, WIND_DOWN,
    DECLARATIONS,
)


def modules_for(issuer_kind: str) -> tuple[Module, ...]:
    """Return the modules that an applicant of the kind fills in, each with the questions put to that kind."""
    return tuple(
        replace(module, fields=tuple(field for field in module.fields if issuer_kind in field.kinds))
        for module in MODULES if issuer_kind in module.kinds
    )


def module_of(issuer_kind: str, key: str) -> Module:
    """Return one module as an applicant of the kind fills it in.

    Raises:
        KeyError: there is none of that key for the kind.
    """
    return {module.key: module for module in modules_for(issuer_kind)}[key]


def question_of(issuer_kind: str, key: str) -> Field:
    """Return the question whose answer is kept under ``<module>.<key>``.

    Raises:
        KeyError: an applicant of the kind is not asked that.
    """
    module, _dot, name = key.partition(".")
    return {field.key: field for field in module_of(issuer_kind, module).fields}[name]
