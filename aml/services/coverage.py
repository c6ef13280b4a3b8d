"""Noticing that blocks of a coin's contract are missing between files, and that they have come."""

from __future__ import annotations

from django.utils.translation import gettext_lazy, gettext_noop

from aml.selectors.coverage import coverage_of
from core import cases
from core.access import SYSTEM
from core.models import Case, FeedFile
from core.roles import Can
from issuers.models import Deployment

GAP = cases.kind(
    "transfer_gap", prefix="GAP", title=gettext_lazy("Transfers are missing"),
    summary=gettext_noop("No transfers of %(subject)s on %(chain)s for blocks %(first)s to %(last)s"),
    queue="aml", risk=Case.Risk.MEDIUM, worked_with=Can.WORK_ALERTS,
)


def review_gaps(feed_file: FeedFile) -> None:
    """Open a case for every gap in the coin's contracts, and close those of gaps that are filled."""
    for deployment in Deployment.objects.filter(coin__symbol=feed_file.subject).select_related("coin"):
        standing = {f"{deployment.pk}:{gap.first}:{gap.last}": gap for gap in _gaps(feed_file, deployment)}
        for case in Case.objects.filter(kind=GAP.name, key__startswith=f"{deployment.pk}:", status=Case.Status.OPEN):
            if case.key not in standing:
                cases.close_case(case, outcome="arrived", actor=SYSTEM)
        for key, gap in standing.items():
            cases.open_case(GAP.name, subject=deployment.coin.symbol, owner=feed_file.owner, key=key, actor=SYSTEM,
                            params={"chain": gap.chain, "first": gap.first, "last": gap.last})


def _gaps(feed_file: FeedFile, deployment: Deployment):
    return coverage_of(deployment).gaps
