"""The weekly statement of one coin's reserve on one page: the same figures as the public page states."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from core import wording
from reports.builders import labels
from reports.builders.figures import unit_of
from reports.builders.parties import instant
from reserves.models import WeeklyStatement

SCHEMA = "assay.weekly_reserve_statement/1"
TITLE_ZH = "每周儲備報表"


def facts(statement: WeeklyStatement, *, replaces: WeeklyStatement | None) -> dict[str, Any]:
    """Return what was filed, who may be asked for it and where it is published; nothing is worked out anew."""
    symbol = statement.coin.symbol
    return {
        "schema": SCHEMA,
        "reference": statement.reference,
        "dated_at": instant(statement.filed_at),
        "version": str(statement.version),
        "replaces": replaces and {"reference": replaces.reference, "filed_at": instant(replaces.filed_at)},
        "statement": statement.content,
        "statement_digest": statement.digest,
        "page_url": f"{settings.SITE_URL.rstrip('/')}/en/statements/{symbol}/",
    }


def printed(frozen: Mapping[str, Any]) -> dict[str, Any]:
    """Return the context of ``pdf/weekly_statement.html``, besides what every document prints."""
    stated = frozen["statement"]
    scale, unit = unit_of(stated)
    return {
        "title": _("Weekly reserve statement"), "title_zh": TITLE_ZH, "subject_line": stated["coin"],
        "stated": stated, "unit": unit, "strip": _strip(stated, scale, unit),
        "composition": [
            {"label": labels.ASSET_CLASSES.get(part["asset_class"], part["asset_class"]),
             "market_value": wording.amount(part["market_value"]), "share": wording.share(part["share"])}
            for part in stated["composition"]
        ],
        "total": wording.amount(stated["reserve_market_value"]),
        "days": [
            {"as_of": day["as_of"], "circulation": wording.amount(day["circulation"]),
             "reserve": wording.amount(day["reserve_market_value"]), "ratio": wording.percent(day["backing_ratio"])}
            for day in stated["days"]
        ],
    }


def _strip(stated: Mapping[str, Any], scale: int, unit: str) -> list[tuple[str, str, str]]:
    def cell(label: str, name: str) -> tuple[str, str, str]:
        return label, wording.amount(stated[name], scale=scale), unit

    return [
        cell(_("Outstanding par value"), "circulation"), cell(_("Market value of the reserve"), "reserve_market_value"),
        (_("Backing ratio"), wording.percent(stated["backing_ratio"]), _("of outstanding par value")),
        cell(_("Surplus"), "surplus"),
    ]
