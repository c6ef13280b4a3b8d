"""Which of several statements of one account counts, so that no position of the pool is counted twice.

1. Who holds the asset goes before the issuer's copy: where a bank or custodian reported an account in a file of
   holdings, the issuer's lines on it are left out; where it sent its own statement, those that this statement is about.
2. Of one sender, its own statement goes before its file of holdings, camt.053 before MT940 and MT535 before semt.002;
   a later day goes before all of that (a statement of Friday carries over to Sunday, one of Saturday replaces it).

A bank statement is about the balance of an account in its class and currency; a custody statement about the securities
of an account. Lines beside them (term deposits on the same number, a repo) stay as they were stated. The order in which
files came in decides nothing, so the same files give the same pool.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.models import FeedFile, Organisation
from reserves.selectors.day_files import BANK_STATEMENTS, CUSTODY_STATEMENTS, HOLDINGS, day_of

#: What custody statements list.
SECURITIES = frozenset({"government_debt", "fund", "tokenised"})
_FIRST = {feed: -place for place, feed in enumerate((*CUSTODY_STATEMENTS, *BANK_STATEMENTS, HOLDINGS))}
About = tuple[str, ...]
#: What decides whether a line counts: its file, account, asset class and currency.
Place = tuple[int, str, str, str]


def which_count(places: Sequence[Place], files: Mapping[int, FeedFile]) -> list[bool]:
    """Say of each line whether it counts."""
    whole = {place[1] for place in places if _first_hand(files[place[0]]) and files[place[0]].feed == HOLDINGS}
    stated = {_about(place, files[place[0]]) for place in places
              if _first_hand(files[place[0]]) and files[place[0]].feed != HOLDINGS}
    best: dict[tuple[int, About], tuple[Any, ...]] = {}
    for place in places:
        file = files[place[0]]
        key = file.sender_id, _about(place, file)
        best[key] = max(best.get(key, _rank(file)), _rank(file))
    return [_counts(place, files[place[0]], whole, stated, best) for place in places]


def _counts(
    place: Place, file: FeedFile, whole: set[str], stated: set[About],
    best: Mapping[tuple[int, About], tuple[Any, ...]],
) -> bool:
    about = _about(place, file)
    if not _first_hand(file) and (place[1] in whole or about in stated):
        return False
    return _rank(file) == best[file.sender_id, about]


def _about(place: Place, file: FeedFile) -> About:
    _file, account, asset_class, currency = place
    if file.feed in CUSTODY_STATEMENTS or asset_class in SECURITIES:
        return account, "securities"
    return account, asset_class, currency


def _first_hand(file: FeedFile) -> bool:
    return file.sender.kind != Organisation.Kind.ISSUER


def _rank(file: FeedFile) -> tuple[Any, ...]:
    return day_of(file), _FIRST[file.feed]
