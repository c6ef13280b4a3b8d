"""Several endpoints asked the same question: what counts is what all that answer say alike, and at least two do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, TypeVar

from reserves.chain.endpoints import ENOUGH, Endpoint
from reserves.chain.failures import EndpointFailed, NotYet, Unread
from reserves.chain.rpc import Limits, Rpc

Answer = TypeVar("Answer")


class Panel:
    """The endpoints of one chain during one reading; one that fails once is not asked again, and its reason is kept."""

    def __init__(self, endpoints: Sequence[Endpoint], limits: Limits) -> None:
        self._all = [Rpc(endpoint, limits) for endpoint in endpoints]
        self._asked = list(self._all)
        self.limits = limits
        self.absent: dict[str, str] = {}
        self._threads = ThreadPoolExecutor(max_workers=max(1, len(self._asked)))

    def __enter__(self) -> Panel:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self._threads.shutdown(wait=True)
        for rpc in self._all:
            rpc.close()

    @property
    def names(self) -> list[str]:
        """The endpoints that have answered everything so far."""
        return [rpc.name for rpc in self._asked]

    @property
    def first(self) -> Rpc:
        """The endpoint that is asked alone where the others only have to confirm."""
        return self._asked[0]

    def ask(self, question: Callable[[Rpc], Answer]) -> dict[str, Answer]:
        """Return what each endpoint answers, by its name.

        Raises:
            Unread: fewer than two answer (``too_few``).
            NotYet: fewer than two answer, because others say that the day is not final yet.
        """
        futures = [(rpc, self._threads.submit(question, rpc)) for rpc in self._asked]
        answers: dict[str, Answer] = {}
        for rpc, future in futures:
            try:
                answers[rpc.name] = future.result()
            except NotYet:
                self.absent[rpc.name] = "not_final"
            except EndpointFailed as failure:
                self.absent[rpc.name] = str(failure)
        self._asked = [rpc for rpc in self._asked if rpc.name in answers]
        self.require_enough()
        return answers

    def require_enough(self) -> None:
        """Go on only while two endpoints or more are left."""
        if len(self._asked) >= ENOUGH:
            return
        if "not_final" in self.absent.values() and len(self._asked) + self._not_final >= ENOUGH:
            raise NotYet
        raise Unread("too_few", answered=self.names, absent=dict(self.absent))

    @property
    def _not_final(self) -> int:
        return sum(reason == "not_final" for reason in self.absent.values())

    def agree(self, what: str, question: Callable[[Rpc], Answer], show: Callable[[Answer], Any] = str) -> Answer:
        """Return the one answer that every endpoint gives.

        Raises:
            Unread: two of them answer differently (``<what>_differs``), with what each said; or too few answer.
        """
        answers = self.ask(question)
        self.same(what, answers, show=show)
        return next(iter(answers.values()))

    @staticmethod
    def same(what: str, answers: Mapping[str, Any], *, show: Callable[[Any], Any] = str, **data: Any) -> None:
        """Go on only if all answers are equal.

        Raises:
            Unread: they are not (``<what>_differs``), with what each endpoint said.
        """
        values = list(answers.values())
        if any(value != values[0] for value in values):
            raise Unread(f"{what}_differs", answers={name: show(value) for name, value in answers.items()}, **data)
