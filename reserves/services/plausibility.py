"""Holding files that are not to be believed against what their sender, or their accounts, said last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache

from django.db.models import Sum

from core.models import FeedFile
from core.money import EXACT
from core.problems import Problem
from core.tables import Parsed
from reserves.models import Holding, LedgerLine, SupplyLine
from reserves.parsers.description import describe
from reserves.parsers.statements import Statements, describe_statement
from reserves.plausibility import (
    TOTAL,
    Assertion,
    Before,
    Standing,
    Stood,
    account_doubts,
    assertions_in,
    columns_of,
    doubts,
    measure,
)
from reserves.selectors.accounts import PoolAccounts, pool_accounts
from reserves.selectors.day_files import BANK_STATEMENTS, CUSTODY_STATEMENTS, day_of

#: A report within the day closes none.
BANK_REPORT = "camt052"
#: Where the lines of a feed lie whose totals are compared.
LINES = {"holdings": Holding, "ledger": LedgerLine, "supply": SupplyLine}
#: What banks and custodians write themselves.
NATIVE = (*BANK_STATEMENTS, BANK_REPORT, *CUSTODY_STATEMENTS)
#: A file is compared with one that is at most so much older; what lies longer back says little of a day.
REACH = timedelta(days=10)


@lru_cache
def assertions_of(feed: str) -> tuple[Assertion, ...]:
    """Return what files of the feed are expected to keep to, as its description says."""
    return assertions_in((describe_statement(feed) if feed in NATIVE else describe(feed)).assertions)


def doubts_of(feed_file: FeedFile, parsed: Parsed) -> Sequence[Problem]:
    """Return why a well-formed file is not to be believed; its day is known."""
    asserted = assertions_of(feed_file.feed)
    if not asserted:
        return ()
    cells = zip(*(parsed.rows.column(name) for name in columns_of(asserted)), strict=True)
    figures = measure(len(parsed.rows), cells, asserted)
    return doubts(figures, before(feed_file, asserted), asserted)


def compared_with(feed_file: FeedFile) -> FeedFile | None:
    """Return the sender's last accepted file of an earlier day; its first file, or one after a gap, has none."""
    if feed_file.as_of is None:
        return None
    earlier = FeedFile.objects.filter(
        feed__in=_kind_of(feed_file.feed), subject=feed_file.subject, sender=feed_file.sender_id,
        as_of__lt=feed_file.as_of, as_of__gte=feed_file.as_of - REACH, status=FeedFile.Status.ACCEPTED,
    )
    return earlier.order_by("-as_of").only("as_of", "row_count").first()


def _kind_of(feed: str) -> tuple[str, ...]:
    """Return the feeds that say the same of the same accounts, in whatever format."""
    return next((kind for kind in (BANK_STATEMENTS, CUSTODY_STATEMENTS) if feed in kind), (feed,))


def before(feed_file: FeedFile, asserted: Sequence[Assertion]) -> Before | None:
    """Return the figures of the file that this one is compared with: one query for each total."""
    last = compared_with(feed_file)
    if last is None or last.as_of is None:
        return None
    totals = {}
    for each in asserted:
        if each.kind == TOTAL:
            lines = LINES[feed_file.feed]._default_manager.filter(file=last).order_by()
            grouped = lines.values_list(each.by) if each.by else lines.values_list("file_id")
            sums = grouped.annotate(total=Sum(each.column))
            totals[each.column] = {unit if each.by else "": total for unit, total in sums}
    return Before(last.pk, last.as_of, last.row_count, totals)


def statement_doubts(feed_file: FeedFile, parsed: Parsed) -> Sequence[Problem]:
    """Return why a native statement that ties out is not to be believed: its lines, and how each account moved."""
    if not isinstance(parsed, Statements):
        raise TypeError(f"{type(parsed).__name__} holds no statements")
    if feed_file.feed == BANK_REPORT:
        return ()
    accounts = pool_accounts(feed_file.subject, day_of(feed_file))
    now = _standings(feed_file, parsed, accounts)
    return [*doubts_of(feed_file, parsed),
            *account_doubts(now, _stood(feed_file, accounts, now), assertions_of(feed_file.feed))]


def _standings(feed_file: FeedFile, parsed: Statements, accounts: PoolAccounts) -> dict[Standing, Decimal]:
    """Return what each account of the statement closes at, or its positions add up to, spelled as the pool does."""
    custody = feed_file.feed in CUSTODY_STATEMENTS
    said: Iterable[tuple[str, str, Decimal | None]] = (
        zip(*(parsed.rows.column(name) for name in ("account_id", "currency", "market_value")), strict=True)
        if custody else ((each.account_id, each.currency, each.closing) for each in parsed.balances)
    )
    found: dict[Standing, Decimal] = {}
    for name, currency, amount in said:
        account = accounts.custody(name) if custody else accounts.cash(name)
        if account and amount is not None:
            key = account.account_id, currency
            found[key] = EXACT.add(found.get(key, Decimal(0)), amount)
    return found


def _stood(feed_file: FeedFile, accounts: PoolAccounts, now: Iterable[Standing]) -> dict[Standing, Stood]:
    """Return how the accounts stood by the last statement of each from this sender, in whatever format: one query.

    Of the accounts that this statement is silent about, those count that the last one of its kind was about, as long as
    they are registered.
    """
    day, custody = day_of(feed_file), feed_file.feed in CUSTODY_STATEMENTS
    rows = Holding.objects.filter(
        file__feed__in=_kind_of(feed_file.feed), file__subject=feed_file.subject,
        file__sender=feed_file.sender_id, file__as_of__lt=day, file__as_of__gte=day - REACH,
        file__status=FeedFile.Status.ACCEPTED,
    ).order_by("-file__as_of", "-file_id").values_list("file__as_of", "file_id", "file__feed", "account_id", "currency")
    named = {account for account, _currency in now}
    of_kind: int | None = None
    last: dict[str, int] = {}
    found: dict[Standing, Stood] = {}
    for as_of, file, feed, account, currency, amount in rows.annotate(total=Sum("market_value")):
        if feed == feed_file.feed and of_kind is None:
            of_kind = file
        known = accounts.custody(account) if custody else accounts.cash(account)
        if known is None or (account not in named and file != of_kind):
            continue
        if last.setdefault(account, file) == file:
            found[account, currency] = Stood(file, as_of, amount)
    return found
