"""The transfers around whom an alert is about, as drawings and as the rows of the table beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from aml.models import Alert
from aml.selectors.counterparties import Counterparty, Neighbourhood, neighbourhood
from aml.selectors.flow_pages import Way, ways_of
from core import wording
from core.flowdrawing import Flow, Party, neighbours, way
from core.svg import coordinate

WAYS = 3


@dataclass(frozen=True, slots=True)
class Graph:
    """What the panel shows: the address, its neighbours, their drawing, and the drawings of ways to listed ones."""

    address: str
    around: Neighbourhood
    drawing: str
    ways: list[str]


def graph_of(alert: Alert) -> Graph | None:
    """Return the transfers around the wallet or address of an alert; None for an alert on a name."""
    address = alert.wallet.canonical if alert.wallet else alert.explanation.get("about", "")
    if not address:
        return None
    around = neighbourhood(address)
    ways = [_way(each) for each in ways_of(alert.wallet)[:WAYS]] if alert.wallet else []
    return Graph(address, around, _around(address, around) if around.senders or around.receivers else "", ways)


def short(address: str) -> str:
    """Return an address as a drawing has room for: its beginning and its end."""
    return address if len(address) <= 18 else f"{address[:8]}…{address[-6:]}"


def _around(address: str, around: Neighbourhood) -> str:
    known = [each.amount for each in (*around.senders, *around.receivers)]
    largest = max(known, default=Decimal(0)) or Decimal(1)
    return neighbours(
        Party(short(address)), _flows(around.senders, largest), _flows(around.receivers, largest),
        title=_("Transfers of %(address)s: from whom on the left, to whom on the right") % {"address": short(address)},
        desc=_("The table below has the same figures."),
    )


def _flows(found: Sequence[Counterparty], largest: Decimal) -> list[Flow]:
    return [
        Flow(Party(short(each.address), each.listed[:26], "bad" if each.listed else ""),
             f"{wording.amount(each.amount)} {each.coin}", coordinate(each.amount / largest))
        for each in found
    ]


def _way(found: Way) -> str:
    entry = found.row.entry.name
    parties = [found.steps[0].sender, *(step.receiver for step in found.steps)]
    return way(
        [Party(short(each), entry[:26] if each == found.row.listed else "", "bad" if each == found.row.listed else "")
         for each in parties],
        [wording.amount(step.amount) for step in found.steps],
        title=_("The way between this wallet and %(entry)s") % {"entry": entry},
    )
