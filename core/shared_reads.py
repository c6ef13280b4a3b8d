"""Reading once what many days that are worked one after the other have in common.

Inside ``shared_reads()`` a function that is ``shared`` answers the same arguments with what it read the first time, so
that a batch of days reads reference data once. What is decided meanwhile counts from the next batch on, as if it had
been decided just after; outside every call reads anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
_READ: ContextVar[dict[tuple[Any, ...], Any] | None] = ContextVar("shared_reads", default=None)


@contextmanager
def shared_reads() -> Iterator[None]:
    """Let what is read inside be read once; a block within another shares with it."""
    if _READ.get() is not None:
        yield
        return
    token = _READ.set({})
    try:
        yield
    finally:
        _READ.reset(token)


def shared(read: Callable[P, T]) -> Callable[P, T]:
    """Let the function answer from what was read already; its arguments are hashable, its answers are not changed."""

    @wraps(read)
    def reading(*args: P.args, **kwargs: P.kwargs) -> T:
        known = _READ.get()
        if known is None:
            return read(*args, **kwargs)
        key = (read, args, tuple(sorted(kwargs.items())))
        if key not in known:
            known[key] = read(*args, **kwargs)
        found: T = known[key]
        return found

    return reading
