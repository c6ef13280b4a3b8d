"""Why a reading is refused: one endpoint that does not answer as a node does, or endpoints that do not agree."""

from __future__ import annotations

from typing import Any


class EndpointFailed(Exception):
    """One endpoint did not answer, or answered what cannot be believed. Its address is never part of the reason."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason, self.detail = reason, detail


class NodeRefused(EndpointFailed):
    """The node understood the question and refused to answer it."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__("rpc_error", str(code))  # the text may repeat a secret of the address
        self.message = message[:200]
        self.code = code


class Unread(Exception):
    """No reading: ``reason`` says why, ``data`` what each endpoint said. Nothing of it is kept as read."""

    def __init__(self, reason: str, **data: Any) -> None:
        super().__init__(reason)
        self.reason, self.data = reason, data


class NotYet(Exception):
    """The day's last block is not final at enough endpoints: ask again later."""
