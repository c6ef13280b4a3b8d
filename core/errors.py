"""Refusals that a reader can act on: each is typed, worded for that reader, and mapped to HTTP in one place."""

from __future__ import annotations

from typing import Any, ClassVar


class Refusal(Exception):
    """Something was asked that will not be done.

    ``message`` is shown to the person who asked (a translated or lazily translated sentence), ``code`` is for
    programs, ``permanent`` says that asking again unchanged cannot succeed.
    """

    status_code: ClassVar[int] = 409
    default_code: ClassVar[str] = "refused"

    def __init__(self, message: Any, *, code: str = "", permanent: bool = True) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.permanent = permanent

    def __str__(self) -> str:
        return str(self.message)


class Refused(Refusal):
    """The record's state, or a rule about it, does not allow this (409)."""


class NotPermitted(Refusal):
    """The record is the actor's to see, but this is not the actor's to do (403).

    A record that is not the actor's to see does not exist for the actor: 404, raised by ``core.access``.
    """

    status_code = 403
    default_code = "not_permitted"


class TooOften(Refusal):
    """The visitor has asked more often than the place allows (429); later it may be asked again."""

    status_code = 429
    default_code = "too_often"


class FeedRefused(Refusal):
    """The file is refused whole (422); ``problems`` are all that is wrong with it, up to the first 1,000."""

    status_code = 422
    default_code = "feed_refused"

    def __init__(
        self,
        message: Any,
        *,
        problems: tuple[Any, ...] = (),
        problem_count: int | None = None,
        code: str = "",
        permanent: bool = True,
    ) -> None:
        super().__init__(message, code=code, permanent=permanent)
        self.problems = problems
        self.problem_count = len(problems) if problem_count is None else problem_count
