"""Reading how punctually holders are paid: the requests of one day, and how the days before went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from core.models import FeedFile
from core.rulebook import NotInForce, load
from issuers.models import Coin
from reserves import models
from reserves.flows import Request, requests_on
from reserves.lines import RedemptionLine
from reserves.models import ReserveDay
from reserves.selectors.day_files import REDEMPTIONS, calendar_on

PAYMENT_RULE = "HK-RED-01"
DAYS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Statement:
    """The requests of one day as the issuer stated them, and after how many business days one is late.

    ``late_after`` is None where no law in force on the day says.
    """

    file: FeedFile
    as_of: date
    requests: list[Request]
    late_after: int | None

    def is_late(self, request: Request) -> bool:
        return self.late_after is not None and request.business_days > self.late_after

    def state_of(self, request: Request) -> str:
        """Return ``late``, ``open`` or ``paid``; what was paid late stays late."""
        return "late" if self.is_late(request) else "open" if request.is_open else "paid"


def statement_of(coin: Coin, as_of: date | None = None) -> Statement | None:
    """Return the issuer's statement of requests for a day, or its latest; None if there is none."""
    found = FeedFile.objects.filter(feed=REDEMPTIONS, subject=coin.symbol, sender=coin.issuer.organisation,
                                    status=FeedFile.Status.ACCEPTED)
    file = (found if as_of is None else found.filter(as_of=as_of)).order_by("-as_of").first()
    if file is None or file.as_of is None:
        return None
    rulebook = load()
    rows = models.RedemptionLine.objects.filter(file=file).order_by("line").values_list(*RedemptionLine._fields)
    requests = requests_on(map(RedemptionLine._make, rows), as_of=file.as_of, currency=coin.reference_currency,
                           calendar=calendar_on(rulebook, file.as_of))
    try:
        late_after = rulebook.rule(PAYMENT_RULE).on(file.as_of).params["limit"]
    except NotInForce:
        late_after = None
    return Statement(file, file.as_of, requests, late_after)


def request_account(statement: Statement, request: Request) -> dict[str, Any]:
    """Return a request as data: amounts as text, moments in ISO 8601."""
    line = request.line
    return {
        "request_id": line.request_id,
        "received_at": line.received_at.isoformat(),
        "amount": f"{line.amount.normalize():f}",
        "par_value": f"{request.par_value:f}",
        "paid_at": line.paid_at.isoformat() if line.paid_at and request.paid_on else None,
        "paid_amount": None if line.paid_amount is None else f"{line.paid_amount:f}",
        "fee": None if line.fee is None else f"{line.fee:f}",
        "business_days": request.business_days,
        "state": statement.state_of(request),
    }


def punctuality(coin: Coin, until: date | None = None) -> list[tuple[date, dict[str, Any]]]:
    """Return day and account of requests of the latest judged days that have one, newest first."""
    judged = ReserveDay.objects.filter(coin=coin, status=ReserveDay.Status.JUDGED)
    if until is not None:
        judged = judged.filter(as_of__lte=until)
    rows = judged.exclude(result__flows=None).order_by("-as_of").values_list("as_of", "result__flows")
    return [(as_of, flows) for as_of, flows in rows[:DAYS_SHOWN] if flows]
