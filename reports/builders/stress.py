"""What the pages on stress show: scenarios as rows, the money that pays day by day, and what each assumes, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import bars, wording
from core.downloads import figure
from core.svg import coordinate
from reports.builders import labels
from reserves.forms_stress import title_in

Entry = Mapping[str, Any]
VERDICTS: dict[str, tuple[Any, str]] = {
    "holds": (gettext_lazy("Holds"), "good"),
    "falls_short": (gettext_lazy("Falls short"), "bad"),
    "unknown": (gettext_lazy("Unknown"), "warn"),
}
SOURCES: dict[str, Any] = {
    "at_hand": gettext_lazy("At hand"), "matured": gettext_lazy("Matured"), "proceeds": gettext_lazy("Left of a sale"),
    "sold": gettext_lazy("Sold"),
}
CSV_HEADINGS = ("coin", "as_of", "currency", "scenario", "verdict", "survival_days", "horizon_days", "total_loss",
                "ratio_after", "largest_shortfall", "day", "due", "paid", "unpaid", "source", "asset_class", "amount",
                "given_up")


def stress_page(account: Entry) -> dict[str, Any]:
    """Return what the page shows of an account ``assay.stress/1``."""
    return {
        "account": account,
        "rows": [_row(number, each) for number, each in enumerate(account["scenarios"], 1)],
        "drawing": losses(account) if any(each["total_loss"] for each in account["scenarios"]) else "",
        "open": any(each["verdict"] == "unknown" or each["total_loss"] is None for each in account["scenarios"]),
    }


def _row(number: int, entry: Entry) -> dict[str, Any]:
    label, tone = VERDICTS[entry["verdict"]]
    idle = all(not Decimal(each["due"]) for each in entry["days"])
    if idle:
        label, tone = _("Nothing due"), ""
    return dict(entry) | {
        "number": number, "name": title_in(tuple(entry["title"].values())), "label": label, "tone": tone,
        "survival": "–" if idle else _survival(entry), "assumes": list(_assumptions(entry)),
        "ladder": [_day(each) for each in entry["days"]],
    }


def _survival(entry: Entry) -> str:
    return ngettext(
        "%(days)d of %(horizon)d business day", "%(days)d of %(horizon)d business days", entry["horizon_days"]
    ) % {"days": entry["survival_days"], "horizon": entry["horizon_days"]}


def _day(each: Entry) -> dict[str, Any]:
    return dict(each) | {"short": Decimal(each["unpaid"]) > 0, "from": [
        {"label": asset_class_of(payment) or SOURCES[payment["source"]], "amount": payment["amount"],
         "given_up": payment["given_up"] if payment["given_up"] != payment["amount"] else None}
        for payment in each["payments"]
    ]}


def asset_class_of(payment: Entry) -> str:
    """Return what was sold, in words; nothing where it was money already."""
    name = payment["asset_class"]
    return _("Sold: %(what)s") % {"what": labels.ASSET_CLASSES.get(name, name)} if name else ""


def _assumptions(entry: Entry) -> Iterator[str]:
    said = entry["assumptions"]
    if Decimal(said["redemption_share"]):
        days = len(said["redemption_profile"])
        yield ngettext("%(share)s is redeemed in %(days)d business day.",
                       "%(share)s is redeemed in %(days)d business days.", days) % {
            "share": _share(said["redemption_share"]), "days": days}
    if said["rate_bp"]:
        yield _(
            "Rates rise by %(bp)d basis points: each line of %(classes)s loses its residual maturity times that."
        ) % {"bp": said["rate_bp"], "classes": _classes(said["rate_classes"])}
    for name, fall in said["price_falls"].items():
        yield _("%(what)s: prices fall by %(share)s.") % {"what": _classes([name]), "share": _share(fall)}
    if said["custodian"]:
        yield from _custody(entry, said)
    for name, sale in said["sales"].items():
        yield ngettext("%(what)s: a sale is paid within %(days)d business day, %(share)s below its value.",
                       "%(what)s: a sale is paid within %(days)d business days, %(share)s below its value.",
                       sale["days"]) % {
            "what": _classes([name]), "days": sale["days"], "share": _share(sale["discount"])}
    yield _("Any other class is kept until it matures.")


def _custody(entry: Entry, said: Entry) -> Iterator[str]:
    name = entry["custodian"]
    if name is None:
        yield _("The custodian that fails holds nothing of this reserve.")
    elif said["custodian_days"] is None:
        yield _("%(name)s fails, and nothing that it holds can be reached.") % {"name": name}
    else:
        yield ngettext("%(name)s fails: what it holds is out of reach for %(days)d business day.",
                       "%(name)s fails: what it holds is out of reach for %(days)d business days.",
                       said["custodian_days"]) % {"name": name, "days": said["custodian_days"]}
    if Decimal(said["custodian_lost"]):
        yield _("%(share)s of what it holds is lost.") % {"share": _share(said["custodian_lost"])}


def _classes(names: list[str]) -> str:
    return wording.enumerated(labels.ASSET_CLASSES.get(name, name) for name in names)


def _share(text: str) -> str:
    percent = Decimal(text).scaleb(2).normalize()
    return f"{percent:f}%"


def losses(account: Entry) -> SafeString:
    """Return the loss of each scenario as columns, in millions, with the ratio after it; what is not known has none."""
    known = [(number, each) for number, each in enumerate(account["scenarios"], 1) if each["total_loss"] is not None]
    columns = [
        (str(number), coordinate(Decimal(each["total_loss"]).scaleb(-6)),
         "" if each["ratio_after"] is None else wording.percent(each["ratio_after"]))
        for number, each in known
    ]
    return mark_safe(  # noqa: S308 - every label is escaped where the mark is drawn
        bars.ladder(columns, title=_("Loss by scenario"), desc=_("In millions, with the backing ratio after it"),
                    tones=["bad" if each["verdict"] == "falls_short" else "" for _number, each in known], width=1100,
                    height=220)
    )


def csv_rows(account: Entry) -> Iterator[tuple[Any, ...]]:
    """Yield every payment of every day of every scenario, as a table that can be added up."""
    yield CSV_HEADINGS
    for entry in account["scenarios"]:
        head = (account["coin"], account["as_of"], account["currency"], entry["code"], entry["verdict"],
                entry["survival_days"], entry["horizon_days"], *map(figure, (
                    entry["total_loss"], entry["ratio_after"], entry["largest_shortfall"])))
        for each in entry["days"]:
            day = (each["day"], *map(figure, (each["due"], each["paid"], each["unpaid"])))
            for payment in each["payments"] or [dict.fromkeys(("source", "asset_class", "amount", "given_up"))]:
                given = map(figure, (payment["amount"], payment["given_up"]))
                yield (*head, *day, payment["source"], payment["asset_class"], *given)
