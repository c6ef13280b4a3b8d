"""Which nodes are asked about which chain: a setting of the authority, judged before any is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

NAMESPACE = "eip155"
ENOUGH = 2  # one alone could say anything


class EndpointsInvalid(ValueError):
    """The setting cannot be used; the sentence names the chain and the entry, never an address or a key."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One node: the name that people read, and how to reach it, which may hold a secret and is never shown."""

    name: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def origin(self) -> str:
        """Where the node is: two entries of one origin are one witness."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.hostname}:{parts.port or {'http': 80, 'https': 443}[parts.scheme]}"


def read_endpoints(setting: Any) -> dict[str, tuple[Endpoint, ...]]:
    """Return the endpoints by chain: ``{"eip155:1": [{"name": "...", "url": "https://...", "headers": {}}, ...]}``.

    Raises:
        EndpointsInvalid: the setting is not of that shape, or two entries of a chain are the same node.
    """
    if not isinstance(setting, Mapping):
        raise EndpointsInvalid("The endpoints of chains must be an object with one list for each chain.")
    return {str(chain): _of_chain(str(chain), entries) for chain, entries in setting.items()}


def chain_number(chain: str) -> int | None:
    """Return the number of an EVM chain (``eip155:1`` gives 1), None for any other."""
    namespace, _, reference = chain.partition(":")
    return int(reference) if namespace == NAMESPACE and reference.isascii() and reference.isdecimal() else None


def _of_chain(chain: str, entries: Any) -> tuple[Endpoint, ...]:
    if chain_number(chain) is None:
        raise EndpointsInvalid(f"{chain} is not an EVM chain such as eip155:1.")
    if not isinstance(entries, list):
        raise EndpointsInvalid(f"The endpoints of {chain} must be a list.")
    found = tuple(_endpoint(chain, number, entry) for number, entry in enumerate(entries, 1))
    for what, values in (("name", [each.name for each in found]), ("host and port", [each.origin for each in found])):
        if len(set(values)) < len(values):
            raise EndpointsInvalid(f"Two endpoints of {chain} have the same {what}: they would be one witness.")
    return found


def _endpoint(chain: str, number: int, entry: Any) -> Endpoint:
    where = f"Endpoint {number} of {chain}"
    if not isinstance(entry, Mapping) or not {"name", "url"} <= entry.keys() <= {"name", "url", "headers"}:
        raise EndpointsInvalid(f"{where} must have a name and a url, and may have headers; nothing else.")
    name, url, headers = entry["name"], entry["url"], entry.get("headers", {})
    if not isinstance(name, str) or not 0 < len(name) <= 60 or not name.isprintable():
        raise EndpointsInvalid(f"{where} has a name that is empty, too long or not printable.")
    if not isinstance(headers, Mapping) or not all(isinstance(text, str) for pair in headers.items() for text in pair):
        raise EndpointsInvalid(f"{where} has headers that are not text.")
    try:
        parts = urlsplit(url if isinstance(url, str) else "")
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username
        _ = parts.port
    except ValueError:
        sound = False
    if not sound:
        raise EndpointsInvalid(f"{where} has a url that is not http or https, or that holds a user; use headers.")
    return Endpoint(name, url, dict(headers))
