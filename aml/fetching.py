"""Reads a file of a list from its publisher over HTTPS: bounded in time and size, never led to a host nobody named."""

from __future__ import annotations

import http.client
import ssl
import time
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import unquote, urljoin, urlsplit

from aml.parsers.files import MAX_BYTES, Refusal

LOCAL = ("localhost", "127.0.0.1", "::1")
HOPS = 5
CHUNK = 1 << 16
AGENT = "Assay"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long one silence and one file may last, and how much a file may be."""

    silence: int = 30
    seconds: int = 300
    max_bytes: int = MAX_BYTES


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a server answered to one request: ``location`` if it sends on, else the bytes."""

    status: int
    location: str
    raw: bytes


def fetch(url: str, *, hosts: Collection[str] = (), limits: Limits | None = None) -> tuple[str, bytes]:
    """Return name and bytes of the file at an address; it may send on within its host and to ``hosts``.

    Raises:
        Refusal: it cannot be read; the rule says why.
    """
    limits = limits or Limits()
    deadline = time.monotonic() + limits.seconds
    allowed = {urlsplit(url).hostname, *hosts}
    place = url
    for _hop in range(HOPS):
        parts = urlsplit(place)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOCAL):
            raise Refusal("list_not_https", value=_shown(place))
        if parts.hostname not in allowed:
            raise Refusal("list_elsewhere", value=_shown(url), other=parts.hostname or "")
        answer = _ask(place, limits, deadline)
        if answer.location:
            place = urljoin(place, answer.location)
        elif answer.status == 200:
            return _name(url), answer.raw
        else:
            raise Refusal("list_answer", value=_shown(place), status=answer.status)
    raise Refusal("list_answer", value=_shown(url), status=310)


def _ask(url: str, limits: Limits, deadline: float) -> _Answer:
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(
            parts.hostname or "", parts.port, timeout=limits.silence, context=ssl.create_default_context())
    else:
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=limits.silence)
    try:
        connection.request("GET", target, headers={"User-Agent": AGENT, "Accept-Encoding": "identity"})
        response = connection.getresponse()
        location = response.getheader("Location", "") if 300 <= response.status < 400 else ""
        raw = b"" if location or response.status != 200 else _read(url, response, limits, deadline)
        return _Answer(response.status, location or "", raw)
    except (OSError, http.client.HTTPException) as problem:
        reason = getattr(problem, "strerror", None) or str(problem) or type(problem).__name__
        raise Refusal("list_unreachable", value=_shown(url), reason=reason) from None
    finally:
        connection.close()


def _read(url: str, response: http.client.HTTPResponse, limits: Limits, deadline: float) -> bytes:
    """Return the whole body: one that ends before the length that was announced is cut."""
    announced = response.getheader("Content-Length", "") or ""
    parts: list[bytes] = []
    size = 0
    while block := response.read(CHUNK):
        parts.append(block)
        size += len(block)
        if size > limits.max_bytes:
            raise Refusal("list_too_large", limit_mb=limits.max_bytes // 1_000_000)
        if time.monotonic() > deadline:
            raise Refusal("list_slow", value=_shown(url), seconds=limits.seconds)
    if announced.isdecimal() and int(announced) != size:
        raise Refusal("list_cut", value=_shown(url), expected=announced, found=size)
    return b"".join(parts)


def _shown(url: str) -> str:
    """Return an address without what may be secret in it: name, password, query."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"


def _name(url: str) -> str:
    return unquote(urlsplit(url).path).rstrip("/").rsplit("/", 1)[-1] or "list"
