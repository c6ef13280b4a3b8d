"""What the pages of breaks, lines and versions say: codes as words, rows of evidence by file and line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import wording
from core.models import FeedFile
from reports.builders import labels, rows
from reserves.causes import SAYS_ALL, Cause
from reserves.models import Break, BreakDay

SIDES: dict[str, Any] = {
    "books": gettext_lazy("Books"),
    "custodian": gettext_lazy("Custodian"),
    "entries": gettext_lazy("Bank entry"),
    "prices": gettext_lazy("Independent price"),
    "supply": gettext_lazy("Token supply"),
}
COLUMNS: dict[str, Any] = {
    "account_id": gettext_lazy("Account"),
    "custodian": gettext_lazy("Custodian"),
    "asset_class": gettext_lazy("Asset class"),
    "instrument_id": gettext_lazy("Instrument"),
    "line_ref": gettext_lazy("Reference"),
    "description": gettext_lazy("Description"),
    "obligor": gettext_lazy("Obligor"),
    "currency": gettext_lazy("Currency"),
    "face_value": gettext_lazy("Face value"),
    "price": gettext_lazy("Price"),
    "price_basis": gettext_lazy("Price basis"),
    "start_date": gettext_lazy("Start"),
    "maturity_date": pgettext_lazy("date", "Maturity"),
    "market_value": gettext_lazy("Market value"),
    "booked_on": gettext_lazy("Booked"),
    "value_on": gettext_lazy("Value date"),
    "book_value": gettext_lazy("Book value"),
    "chain": gettext_lazy("Chain"),
    "contract": gettext_lazy("Contract"),
    "block_number": gettext_lazy("Block"),
    "block_time": gettext_lazy("Time of the block"),
    "unissued": gettext_lazy("Unissued"),
    "frozen": gettext_lazy("Frozen"),
    "pending_redemption": gettext_lazy("Taken back, not burnt"),
    "total_supply": gettext_lazy("Total supply"),
    "counterparty": gettext_lazy("Counterparty"),
    "collateral_instrument_id": gettext_lazy("Collateral"),
    "collateral_value": gettext_lazy("Value of the collateral"),
}
FIGURES: dict[str, Any] = {
    "circulation": gettext_lazy("In circulation, par"),
    "reserve_market_value": gettext_lazy("Reserve, market value"),
    "eligible_reserve": gettext_lazy("Eligible reserve"),
    "ineligible_reserve": gettext_lazy("Of this not eligible"),
    "unknown_eligibility": gettext_lazy("Of this of unknown eligibility"),
    "backing_ratio": gettext_lazy("Backing ratio"),
    "surplus": gettext_lazy("Surplus"),
    "liquid_one_business_day": gettext_lazy("Liquid, 1 business day"),
    "weighted_average_maturity_days": gettext_lazy("Weighted average maturity, days"),
}
LINE_CHANGES: dict[str, tuple[Any, str]] = {
    "added": (pgettext_lazy("line", "Added"), "good"),
    "removed": (pgettext_lazy("line", "Removed"), "bad"),
    "changed": (pgettext_lazy("line", "Changed"), "info"),
}
AMOUNTS = {"face_value", "market_value", "book_value", "unissued", "frozen", "pending_redemption", "total_supply",
           "price", "block_number", "collateral_value"}


#: What is read as one word.
UNBROKEN = {"account_id", "instrument_id", "line_ref", "start_date", "maturity_date", "booked_on", "value_on",
            "block_time", "asset_class"}


def cell(name: str, value: Any) -> str:
    """A value of a line in the reader's language; what was not given is a dash."""
    if value is None or value == "":
        return "–"
    if name == "block_number":
        return str(value)
    if name == "price":
        return f"{Decimal(value).normalize():f}"
    if name in AMOUNTS:
        return wording.amount(value)
    if isinstance(value, datetime):
        return wording.hk_datetime(value, "short")
    if isinstance(value, date):
        return wording.hk_date(value, "short")
    return str(labels.CHOICES.get(f"holding.{name}", labels.CHOICES.get(f"valuation.{name}", {})).get(value, value))


def cause_of(code: str) -> str:
    """A cause in words."""
    return str(labels.BREAK_CAUSES.get(code, code))


def where_of(evidence: Mapping[str, Any]) -> str:
    """Which position it is."""
    named = (evidence.get("account_id"), evidence.get("instrument_id"), evidence.get("line_ref"))
    found = " · ".join(part for part in named if part)
    return found or str(labels.COMPARISONS["par_supply"][0])


def list_row(standing: Break, age: int) -> dict[str, Any]:
    """One break of a list."""
    latest = standing.latest
    return {
        "break": standing, "age": age, "cause": cause_of(latest.cause) if latest else "",
        "where": where_of(latest.evidence) if latest else standing.key,
        "currency": latest.evidence.get("currency", "") if latest else "",
        "difference": wording.amount(latest.difference, signed=True) if latest else wording.no_data(),
        "residual": _residual(latest), "needs_answer": latest is not None and latest.needs_answer,
        "by_itself": latest is not None and not latest.needs_answer and standing.status == Break.Status.OPEN,
    }


def _residual(seen: BreakDay | None) -> str:
    if seen is None or seen.residual is None:
        return wording.no_data()
    return wording.amount(seen.residual, signed=True)


def evidence_files(seen: BreakDay | None) -> set[int]:
    """The keys of the files that the evidence of a day names."""
    if seen is None:
        return set()
    named = [row for part in seen.parts for row in part["rows"]]
    named += [*seen.evidence.get("books", []), *seen.evidence.get("custodian", [])]
    return {row["file"] for row in named if row.get("file")}


def explanation(standing: Break, seen: BreakDay, files: Mapping[int, FeedFile]) -> dict[str, Any]:
    """Both sides of a break on one day, the parts that sum to the difference, and the residual."""
    title, left, right = labels.COMPARISONS[standing.comparison]
    explained = sum((Decimal(part["amount"]) for part in seen.parts), Decimal(0))
    return {
        "comparison": title, "left_label": left, "right_label": right,
        "left": _side(seen.left), "right": _side(seen.right),
        "difference": wording.amount(seen.difference, signed=True),
        "explained": wording.amount(explained, signed=True), "residual": _residual(seen),
        "is_explained": seen.residual == 0, "currency": seen.evidence.get("currency", ""),
        "parts": [_part(part, files) for part in seen.parts],
        "sides": [
            (label, [_line(line, files) for line in seen.evidence.get(side, [])],
             seen.evidence.get(f"{side}_lines", 0), table)
            for label, side, table in ((left, "books", "ledger"), (right, "custodian", "holdings"))
            if side in seen.evidence
        ],
        "met_on": COLUMNS.get(seen.evidence.get("met_on", ""), ""),
        "on_face": seen.evidence.get("measure") == "face_value",
        "paired": [(kind, count) for kind, count in seen.evidence.get("paired", {}).items()],
    }


def _side(value: Decimal | None) -> str:
    return _("absent") if value is None else wording.amount(value)


def _part(part: Mapping[str, Any], files: Mapping[int, FeedFile]) -> dict[str, Any]:
    return {
        "cause": cause_of(part["cause"]), "amount": wording.amount(part["amount"], signed=True),
        "says_all": part["cause"] in {str(cause) for cause in SAYS_ALL}, "note": _noted(part),
        "rows": [_row(row, files) for row in part["rows"]], "more": part["row_count"] - len(part["rows"]),
    }


def _noted(part: Mapping[str, Any]) -> str:
    note = part["note"]
    if "until" in note:
        return _("takes effect on %(day)s") % {"day": wording.hk_date(note["until"])}
    if "value" in note:
        return _("worth %(amount)s at the independent price") % {"amount": wording.amount(note["value"])}
    if "principal" in note and part["cause"] == Cause.ACCRUED_INTEREST:
        return _("on %(amount)s") % {"amount": wording.amount(note["principal"])}
    return ""


def _row(row: Mapping[str, Any], files: Mapping[int, FeedFile]) -> dict[str, Any]:
    return {"side": SIDES.get(row["side"], row["side"]), "file": files.get(row["file"]), "line": row["line"],
            "amount": wording.amount(row["amount"]), "text": row["text"]}


def _line(line: Mapping[str, Any], files: Mapping[int, FeedFile]) -> dict[str, Any]:
    dates = [(COLUMNS[name], wording.hk_date(line[name], "short"))
             for name in ("booked_on", "value_on", "start_date", "maturity_date") if line.get(name)]
    return {"file": files.get(line.get("file") or 0), "line": line["line"], "description": line["description"],
            "line_ref": line["line_ref"], "amount": wording.amount(line["amount"]), "paired": line.get("paired"),
            "dates": dates}


def history(days: Iterable[BreakDay]) -> list[dict[str, Any]]:
    """A break from day to day, newest first."""
    return [{"as_of": seen.day.as_of, "version": seen.day.version, "cause": cause_of(seen.cause),
             "left": _side(seen.left), "right": _side(seen.right),
             "difference": wording.amount(seen.difference, signed=True), "residual": _residual(seen)} for seen in days]


# --- versions --------------------------------------------------------------------------------------------------------
def figure_changes(changes: Iterable[Any]) -> list[dict[str, Any]]:
    """Key figures that differ between two versions."""
    return [{"label": FIGURES[each.name], "before": _figure(each.name, each.before),
             "after": _figure(each.name, each.after), "change": _moved(each)} for each in changes]


def _figure(name: str, value: str | None) -> str:
    if value is None:
        return wording.no_data()
    if name == "backing_ratio":
        return wording.percent(value, places=4)
    return wording.amount(value, places=1 if name.endswith("days") else 2)


def _moved(change: Any) -> str:
    if change.before is None or change.after is None or change.name == "backing_ratio":
        return ""
    return wording.amount(Decimal(change.after) - Decimal(change.before), signed=True)


def finding_changes(changes: Iterable[Any], currency: str) -> list[dict[str, Any]]:
    """Rules whose result differs between two versions."""
    return [{"rule": each.name, "before": each.before and rows.rule(each.before, currency),
             "after": each.after and rows.rule(each.after, currency)} for each in changes]


def break_changes(changes: Iterable[Any]) -> list[dict[str, Any]]:
    """Breaks that differ between two versions."""
    found = []
    for each in changes:
        one = each.after or each.before
        found.append({
            "where": where_of(one), "reference": one["reference"], "currency": one["currency"],
            **{side: None if said is None else {
                "cause": cause_of(said["cause"]), "difference": wording.amount(said["difference"], signed=True)}
               for side, said in (("before", each.before), ("after", each.after))},
        })
    return found


def line_changes(changes: Sequence[Any]) -> list[dict[str, Any]]:
    """Lines that differ between two files: what they are called and each column that is another."""
    found = []
    for each in changes:
        one = each.after or each.before
        kind, tone = LINE_CHANGES[each.kind]
        found.append({
            "kind": kind, "tone": tone, "where": " · ".join(
                str(one[name]) for name in ("account_id", "chain", "instrument_id", "line_ref") if one.get(name)),
            "description": one.get("description", ""),
            "before_line": each.before and each.before["line"], "after_line": each.after and each.after["line"],
            "columns": [(COLUMNS.get(name, name), cell(name, each.before[name]), cell(name, each.after[name]))
                        for name in each.columns],
            "amount": next((cell(name, one[name]) for name in ("market_value", "book_value", "total_supply")
                            if name in one), ""),
        })
    return found
