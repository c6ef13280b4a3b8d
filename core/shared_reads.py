"""Reading once what many records that are worked one after the other have in common.

Inside ``shared_reads()`` a function that is ``shared`` answers the same arguments with what it read the first time, so
that a batch of days reads reference data once. One that is ``shared_of_each`` reads for all records of the batch when
the first of them is asked about. What is decided meanwhile counts from the next batch on, as if it had been decided
just after; outside every call reads anew.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class Keyed(Protocol):
    """What the database keeps under a key."""

    @property
    def pk(self) -> Any: ...


R = TypeVar("R", bound=Keyed)


class _Batch:
    """What was read already, and the records that will be asked about."""

    def __init__(self, records: Iterable[Hashable]) -> None:
        self.records = dict.fromkeys(records)
        self.known: dict[tuple[Any, ...], Any] = {}


_BATCH: ContextVar[_Batch | None] = ContextVar("shared_reads", default=None)


@contextmanager
def shared_reads(records: Iterable[Hashable] = ()) -> Iterator[None]:
    """Let what is read inside be read once, for all the records together; a block within another shares with it."""
    if _BATCH.get() is not None:
        yield
        return
    token = _BATCH.set(_Batch(records))
    try:
        yield
    finally:
        _BATCH.reset(token)


def foresee(records: Iterable[Hashable]) -> None:
    """Let these too be read together with the records of the batch; outside nothing is foreseen."""
    if batch := _BATCH.get():
        batch.records |= dict.fromkeys(records)


def batch_record(kind: type[R], pk: int) -> R | None:
    """Return a record of the batch as it was read for it; None outside, and of a record that is not of the batch."""
    batch = _BATCH.get()
    for each in batch.records if batch else ():
        if isinstance(each, kind) and each.pk == pk:
            return each
    return None


def shared(read: Callable[P, T]) -> Callable[P, T]:
    """Let the function answer from what was read already; its arguments are hashable, its answers are not changed."""

    @wraps(read)
    def reading(*args: P.args, **kwargs: P.kwargs) -> T:
        batch = _BATCH.get()
        if batch is None:
            return read(*args, **kwargs)
        key = (read, args, tuple(sorted(kwargs.items())))
        if key not in batch.known:
            batch.known[key] = read(*args, **kwargs)
        found: T = batch.known[key]
        return found

    return reading


def shared_of_each(
    read: Callable[Concatenate[list[K], P], Mapping[K, T]]
) -> Callable[Concatenate[K, P], T]:
    """Let a function that reads for many records answer for one: it must give an answer for each that it was asked."""

    @wraps(read)
    def reading(record: K, *args: P.args, **kwargs: P.kwargs) -> T:
        batch = _BATCH.get()
        if batch is None:
            return read([record], *args, **kwargs)[record]
        found = batch.known.setdefault((read, args, tuple(sorted(kwargs.items()))), {})
        if record not in found:
            alike = (each for each in batch.records if type(each) is type(record) and each not in found)
            wanted: list[Any] = list(alike) if record in batch.records else [record]
            found |= read(wanted, *args, **kwargs)
        answer: T = found[record]
        return answer

    return reading
