"""Comparing two accounts of the same day figure by figure, and re-read lines with stored ones value by value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_DOWN, Decimal, InvalidOperation, localcontext
from typing import Any, NamedTuple

#: What tells the members of a list in an account apart.
_NAMES = ("rule", "asset_class", "bucket", "chain", "name", "comparison", "feed", "line")
_MORE_NAMES = ("currency", "account_id", "instrument_id", "line_ref", "contract", "sender")
#: What depends on other days, on when the day was looked at, or on rows of this database, and is so not compared.
NOT_COMPARED = frozenset({
    "version", "digest", "previous", "waterfall", "missing", "resolved_breaks", "change", "reference", "opened_on",
    "age_business_days", "state", "file", "received_at", "title",
})
PLACES = Decimal(1).scaleb(-8)


class Figure(NamedTuple):
    """One figure as the account has it and as it comes out again."""

    name: str
    stated: str | None
    again: str | None

    @property
    def agrees(self) -> bool:
        return self.stated == self.again or _same_number(self.stated, self.again)


class LineCompared(NamedTuple):
    """One line of a file: the columns in which the stored row says something else than the bytes."""

    feed: str
    sha256: str
    line: int
    differing: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        return not self.differing


def flattened(account: Any, path: str = "") -> Iterator[tuple[str, str | None]]:
    """Yield every figure of an account under the path of names that leads to it."""
    if isinstance(account, Mapping):
        for name, value in account.items():
            if name not in NOT_COMPARED:
                yield from flattened(value, f"{path}.{name}" if path else str(name))
    elif isinstance(account, list):
        seen: dict[str, int] = {}
        for member in account:
            name = _named(member)
            seen[name] = seen.get(name, 0) + 1
            yield from flattened(member, f"{path}[{name}]" if seen[name] == 1 else f"{path}[{name}#{seen[name]}]")
    else:
        yield path, None if account is None else str(account)


def _named(member: Any) -> str:
    if not isinstance(member, Mapping):
        return str(member)
    parts = [str(member[name]) for name in (*_NAMES, *_MORE_NAMES) if member.get(name) not in (None, "")]
    return " ".join(parts)


def compare_accounts(stated: Mapping[str, Any], again: Mapping[str, Any]) -> list[Figure]:
    """Return every figure of either account, in the order of the one that was stated."""
    first, second = dict(flattened(stated)), dict(flattened(again))
    names = dict.fromkeys([*first, *second])
    return [Figure(name, first.get(name), second.get(name)) for name in names]


def _same_number(stated: str | None, again: str | None) -> bool:
    """Whether two texts are one number, written with more or fewer zeros at its end."""
    try:
        return stated is not None and again is not None and Decimal(stated) == Decimal(again)
    except InvalidOperation:
        return False


def compare_line(
    feed: str, sha256: str, line: int, stored: Mapping[str, Any] | None, read: Mapping[str, Any] | None
) -> LineCompared:
    """Compare a stored row with the line of the file; one that only one side has differs as a whole."""
    if stored is None or read is None:
        return LineCompared(feed, sha256, line, ("line",))
    names = [name for name, value in stored.items() if not same(value, read.get(name))]
    return LineCompared(feed, sha256, line, tuple(names))


def same(stored: Any, read: Any) -> bool:
    """Whether two values say the same: text by its words and whatever its case, figures by their value."""
    if isinstance(stored, Decimal) or isinstance(read, Decimal):
        return stored is not None and read is not None and Decimal(stored) == Decimal(read)
    if isinstance(stored, str) or isinstance(read, str):
        return " ".join(str(stored or "").split()).casefold() == " ".join(str(read or "").split()).casefold()
    return stored == read


def plain_sums(
    holdings: Iterable[Mapping[str, Any]], ledger: Iterable[Mapping[str, Any]], supply: Sequence[Mapping[str, Any]], *,
    currency: str, include_frozen: bool, include_pending: bool,
) -> dict[str, Decimal | None]:
    """Return the headline figures by plain addition of what the lines say, whatever the platform's kernels do."""
    with localcontext() as context:
        context.prec = 100
        values: dict[str, Decimal] = {}
        whole = True
        for line in holdings:
            whole = whole and line["currency"] == currency
            values[line["asset_class"]] = values.get(line["asset_class"], Decimal(0)) + line["market_value"]
        market = sum(values.values(), Decimal(0)) if values and whole else None
        circulating = _circulating(supply, include_frozen, include_pending) if supply else None
        par = [line["book_value"] for line in ledger
               if line["asset_class"] == "par_outstanding" and line["currency"] == currency]
        known = market is not None and circulating is not None
        figures: dict[str, Decimal | None] = {
            "reserve_market_value": market,
            "circulation": circulating,
            "surplus": market - circulating if market is not None and circulating is not None else None,
            "backing_ratio": (market / circulating).quantize(PLACES, ROUND_DOWN)
            if known and market is not None and circulating else None,
            "par_outstanding": sum(par, Decimal(0)) if par else None,
        }
        return figures | {f"composition[{name}]": value for name, value in sorted(values.items())}


def _circulating(supply: Iterable[Mapping[str, Any]], include_frozen: bool, include_pending: bool) -> Decimal:
    total = Decimal(0)
    for line in supply:
        total += line["total_supply"] - (line["unissued"] or Decimal(0))
        total -= Decimal(0) if include_frozen else line["frozen"] or Decimal(0)
        total -= Decimal(0) if include_pending else line["pending_redemption"] or Decimal(0)
    return total
