"""Drawing an auditor's sample: the lines as a table, and a record from which the same sample can be drawn again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import audit, blobs
from core.access import Actor, require
from core.downloads import csv_text
from core.errors import Refused
from core.models import FeedFile, User
from core.roles import Can
from reserves.models import Engagement, Sample, TestDay
from reserves.sampling import ALL, METHODS, MONETARY_UNIT, SEEDED, TOP, Chosen, choose
from reserves.selectors.populations import OF_THE_DAY, TABLES, files_of_day, files_of_period, items_of
from reserves.workflows import acts_for_the_firm

DRAWN = audit.verb("reserves.sample.drawn", gettext_noop("drew a sample of %(lines)s lines: %(target)s"),
                   audience=audit.Audience.ISSUER)
MOST_LINES = 10_000
LONGEST_SEED = 100


@transaction.atomic
def draw_sample(
    engagement: Engagement, *, population: str, method: str, actor: Actor, size: int = 0, seed: str = "",
    currency: str = "", test_day: TestDay | None = None,
) -> Sample:
    """Draw a sample and keep its table and how it was drawn.

    Raises:
        NotPermitted: the actor attests nothing for this engagement.
        Refused: the day is not frozen, the method lacks its size or seed, or amounts of several currencies would be
            measured against each other.
    """
    require(actor, Can.ATTEST, engagement)
    if reason := acts_for_the_firm(engagement, actor):
        raise Refused(reason)
    seed = seed.strip()[:LONGEST_SEED]
    _check(population, method, size, seed)
    files = _files(engagement, population, test_day)
    table, population_lines, chosen = _drawn(engagement.coin.reference_currency, population, method, size, seed,
                                             currency.strip().upper(), files)
    row = Sample.objects.create(
        engagement=engagement, test_day=test_day if population in OF_THE_DAY else None, population=population,
        method=method, size=0 if method == ALL else size, seed=seed if method in SEEDED else "",
        currency=currency.strip().upper(),
        files=[{"file": file.pk, "sha256": file.sha256, "filename": file.filename} for file in files],
        population_lines=population_lines, lines=chosen, table=blobs.store_blob(table.encode()),
        drawn_by=actor if isinstance(actor, User) else None, drawn_by_label=actor.label,
    )
    audit.record(DRAWN, target=row, actor=actor, data={"lines": chosen})
    return row


def drawn_again(sample: Sample) -> str:
    """Return the sample's table as its record draws it now; the same bytes as the stored one if nothing changed."""
    files = list(FeedFile.objects.filter(pk__in=[each["file"] for each in sample.files]))
    return _drawn(sample.engagement.coin.reference_currency, sample.population, sample.method, sample.size, sample.seed,
                  sample.currency, files)[0]


def _check(population: str, method: str, size: int, seed: str) -> None:
    if population not in TABLES or method not in METHODS:
        raise Refused(_("There is no such population or method."), code="unknown")
    if method != ALL and not 1 <= size <= MOST_LINES:
        raise Refused(_("Say how many lines, from 1 to %(most)d.") % {"most": MOST_LINES}, code="size")
    if method in SEEDED and not seed:
        raise Refused(_("Give a seed of your own: the sample can be drawn again from it."), code="seed")


def _files(engagement: Engagement, population: str, test_day: TestDay | None) -> list[FeedFile]:
    if population not in OF_THE_DAY:
        files = files_of_period(engagement, population)
    elif test_day is None or not hasattr(test_day, "snapshot"):
        raise Refused(_("Choose a tested day that is frozen."), code="not_frozen")
    else:
        files = files_of_day(test_day.snapshot, population)
    if not files:
        raise Refused(_("No file of that kind was received."), code="no_files")
    return files


def _drawn(
    own_currency: str, population: str, method: str, size: int, seed: str, currency: str, files: Sequence[FeedFile]
) -> tuple[str, int, int]:
    items = [item for item in items_of(population, files, own_currency) if currency in ("", item.currency)]
    codes = sorted({item.currency for item in items})
    if method in (MONETARY_UNIT, TOP) and len(codes) > 1:
        raise Refused(_("The lines are in %(currencies)s: choose one currency.") % {"currencies": ", ".join(codes)},
                      code="currencies")
    chosen = choose(items, method, size=size, seed=seed)
    return _table(population, files, chosen), len(items), len(chosen)


def _table(population: str, files: Sequence[FeedFile], chosen: Sequence[Chosen]) -> str:
    names = TABLES[population][2]
    called = {file.sha256: file.filename for file in files}
    rows: list[list[Any]] = [["file", "sha256", "line", "amount", "currency", "hits", *names]]
    rows += [[called[each.item.sha256], each.item.sha256, each.item.line, each.item.amount.normalize(),
              each.item.currency, each.hits, *(each.item.texts[name] for name in names)] for each in chosen]
    return csv_text(rows)
