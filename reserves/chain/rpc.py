"""JSON-RPC over HTTP to one node: bounded in time and size, patient with what passes, never led elsewhere."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from reserves.chain.endpoints import Endpoint
from reserves.chain.failures import EndpointFailed, NodeRefused

#: Answers of a server that is busy or restarting: the same question may be answered a moment later.
TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})
CHUNK = 1 << 16
Call = tuple[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Limits:
    """How long one request may take, how much may be answered, how often it is tried, how much is asked at once.

    A span is what is read, compared and kept in one go: so many blocks, or about so many transfers.
    """

    seconds: float = 20.0
    max_bytes: int = 32_000_000
    attempts: int = 4
    pause: float = 0.25
    batch: int = 100
    log_blocks: int = 5_000
    span_blocks: int = 100_000
    first_span: int = 250  # of transfers, as long as nobody knows how many there are
    span_transfers: int = 10_000


class Rpc:
    """A conversation with one node over one kept connection; not to be shared between threads."""

    def __init__(self, endpoint: Endpoint, limits: Limits, sleep: Callable[[float], None] = time.sleep) -> None:
        self.name, self.limits = endpoint.name, limits
        self._endpoint, self._sleep, self._ids = endpoint, sleep, count(1)
        parts = urlsplit(endpoint.url)
        self._place = (parts.scheme, parts.hostname or "", parts.port)
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._connection: http.client.HTTPConnection | None = None

    def close(self) -> None:
        """Let the connection go."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def call(self, method: str, *params: Any) -> Any:
        """Return the result of one method.

        Raises:
            NodeRefused: the node answered with an error.
            EndpointFailed: it did not answer, or not as a node does.
        """
        return self.batch([(method, list(params))])[0]

    def batch(self, calls: Sequence[Call]) -> list[Any]:
        """Return the results of many calls in their order, asked in as few requests as the limit allows."""
        found: list[Any] = []
        for start in range(0, len(calls), self.limits.batch):
            found += self._batch(calls[start : start + self.limits.batch])
        return found

    def _batch(self, calls: Sequence[Call]) -> list[Any]:
        asked = [{"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": params}
                 for method, params in calls]
        body = json.dumps(asked if len(asked) > 1 else asked[0]).encode()
        answered = self._answer(body)
        answers = answered if isinstance(answered, list) else [answered]
        by_id = {answer["id"]: answer for answer in answers
                 if isinstance(answer, dict) and isinstance(answer.get("id"), int)}
        if len(asked) > 1 and not isinstance(answered, list):
            _raise_error(answered)
        results = []
        for question in asked:
            answer = by_id.get(question["id"])
            if answer is None:
                _raise_error(answers[0] if answers else None)
                raise EndpointFailed("malformed", "answer without its question")
            _raise_error(answer)
            if "result" not in answer:
                raise EndpointFailed("malformed", str(question["method"]))
            results.append(answer["result"])
        return results

    def _answer(self, body: bytes) -> Any:
        for attempt in range(1, self.limits.attempts + 1):
            try:
                raw = self._post(body)
                break
            except _Passing as passing:
                self.close()
                if attempt == self.limits.attempts:
                    raise EndpointFailed(passing.reason, passing.detail)
                self._sleep(self.limits.pause * 2 ** (attempt - 1))
            except EndpointFailed:
                self.close()
                raise
        try:
            return json.loads(raw)
        except (ValueError, RecursionError):
            raise EndpointFailed("not_json")

    def _post(self, body: bytes) -> bytes:
        deadline = time.monotonic() + self.limits.seconds
        headers = {"Content-Type": "application/json", "Accept": "application/json", **self._endpoint.headers}
        try:
            connection = self._connected()
            connection.request("POST", self._target, body, headers)
            response = connection.getresponse()
            raw = self._read(response, deadline)
        except TimeoutError:
            raise _Passing("timed_out")
        except (OSError, http.client.HTTPException) as problem:
            raise _Passing("unreachable", type(problem).__name__)
        if response.status in TRANSIENT:
            raise _Passing("http_status", str(response.status))
        if 300 <= response.status < 400:
            raise EndpointFailed("redirected", str(response.status))
        if response.status != 200 and not raw.lstrip().startswith(b"{"):
            raise EndpointFailed("http_status", str(response.status))
        return raw

    def _read(self, response: http.client.HTTPResponse, deadline: float) -> bytes:
        chunks, size = [], 0
        while chunk := response.read1(CHUNK):
            size += len(chunk)
            if size > self.limits.max_bytes:
                raise EndpointFailed("too_large")
            if time.monotonic() > deadline:
                raise TimeoutError
            chunks.append(chunk)
        response.close()  # read to its end in pieces it does not know that it is over, and holds the connection
        return b"".join(chunks)

    def _connected(self) -> http.client.HTTPConnection:
        if self._connection is None:
            scheme, host, port = self._place
            kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
            self._connection = kind(host, port, timeout=self.limits.seconds)
        return self._connection


class _Passing(Exception):
    """A failure that another try may heal."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


def _raise_error(answer: Any) -> None:
    if not isinstance(answer, dict):
        raise EndpointFailed("malformed", "answer")
    if (error := answer.get("error")) is not None:
        if not isinstance(error, dict):
            raise EndpointFailed("malformed", "error")
        code = error.get("code")
        message = "".join(letter for letter in str(error.get("message", "")) if letter.isprintable())
        raise NodeRefused(code if isinstance(code, int) else 0, message)
