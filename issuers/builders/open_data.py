"""The register and the warning list for programs: rows of a table, and JSON whose shape is promised."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from issuers.models import PublicWarning
from issuers.selectors.register import Entry
from issuers.selectors.verdicts import Answer

#: Named in every answer; another shape gets another number.
REGISTER_SCHEMA, WARNINGS_SCHEMA = "assay.register/1", "assay.warnings/1"
ENTRY_COLUMNS = (
    "number", "effective_on", "state", "suspended_since", "suspended_until", "name_en", "name_zh_hant", "name_zh_hans",
    "address_en", "address_zh_hant", "address_zh_hans", "email", "website",
)
WARNING_COLUMNS = (
    "reference", "published_on", "name_en", "name_zh_hant", "name_zh_hans", "website", "token", "contract", "resembles",
    "wording_en", "wording_zh_hant", "wording_zh_hans",
)


def _iso(value: date | datetime | None) -> str | None:
    return value.isoformat() if value else None


def entry_data(entry: Entry) -> dict[str, Any]:
    """Return one entry: the fields of ORD s. 21, the notation of a suspension, the website, coins and contracts."""
    return {
        "number": entry.number,
        "effective_on": _iso(entry.effective_on),
        "state": entry.status,
        "suspended_since": _iso(entry.suspended_since),
        "suspended_until": _iso(entry.suspended_until),
        "name_en": entry.name_en,
        "name_zh_hant": entry.name_zh_hant,
        "name_zh_hans": entry.name_zh_hans,
        "address_en": entry.address_en,
        "address_zh_hant": entry.address_zh_hant,
        "address_zh_hans": entry.address_zh_hans,
        "email": entry.email,
        "website": entry.website,
        "coins": [
            {
                "symbol": coin.symbol,
                "reference_currency": coin.reference_currency,
                "deployments": [{"chain": at.chain, "contract": at.contract} for at in coin.deployments],
            }
            for coin in entry.coins
        ],
    }


def warning_data(warning: PublicWarning) -> dict[str, Any]:
    """Return one warning as the public may know it: no officer, no evidence, no note."""
    return {
        "reference": warning.reference,
        "published_on": _iso(warning.published_at),
        "name_en": warning.name_en,
        "name_zh_hant": warning.name_zh_hant,
        "name_zh_hans": warning.name_zh_hans,
        "website": warning.website,
        "token": warning.token,
        "contract": warning.contract,
        "resembles": warning.resembles.number if warning.resembles else None,
        "wording_en": warning.wording_en,
        "wording_zh_hant": warning.wording_zh_hant,
        "wording_zh_hans": warning.wording_zh_hans,
    }


def register_data(entries: Iterable[Entry], as_at: date | None) -> dict[str, Any]:
    """Return the register as one JSON document."""
    return {"schema": REGISTER_SCHEMA, "as_at": _iso(as_at), "entries": [entry_data(each) for each in entries]}


def warnings_data(warnings: Iterable[PublicWarning], as_at: date | None) -> dict[str, Any]:
    """Return the warning list as one JSON document."""
    return {"schema": WARNINGS_SCHEMA, "as_at": _iso(as_at), "warnings": [warning_data(each) for each in warnings]}


def entry_rows(entries: Iterable[dict[str, Any]]) -> list[list[Any]]:
    """Return entries as rows under their names, coins and contracts in one cell each."""
    rows: list[list[Any]] = [[*ENTRY_COLUMNS, "coins", "contracts"]]
    for entry in entries:
        contracts = [f"{at['chain']}:{at['contract']}" for coin in entry["coins"] for at in coin["deployments"]]
        coins = " ".join(coin["symbol"] for coin in entry["coins"])
        rows.append([*(entry[name] for name in ENTRY_COLUMNS), coins, " ".join(contracts)])
    return rows


def warning_rows(warnings: Iterable[PublicWarning]) -> list[list[Any]]:
    """Return warnings as rows under their names."""
    return [list(WARNING_COLUMNS), *([warning_data(each)[name] for name in WARNING_COLUMNS] for each in warnings)]


def answer_data(answer: Answer) -> dict[str, Any]:
    """Return the verdict on a query for a program."""
    return {
        "query": answer.query,
        "verdict": answer.verdict,
        "warnings": [warning_data(each) for each in answer.warnings],
        "hits": [
            {"matched": hit.matched, "standing": hit.standing, "former": hit.former,
             "holds_now": hit.now.number if hit.now else None,
             "ended_on": _iso(hit.entry.ended_on), "number": hit.entry.number, "name_en": hit.entry.name_en,
             "name_zh_hant": hit.entry.name_zh_hant, "name_zh_hans": hit.entry.name_zh_hans}
            for hit in answer.hits
        ],
        "did_you_mean": [
            {"number": near.entry.number, "name_en": near.entry.name_en, "why": near.why} for near in answer.near
        ],
        "similar_warnings": [
            {"reference": each.reference, "name_en": each.name_en} for each in answer.near_warnings
        ],
    }
