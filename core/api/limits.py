"""How often a caller may ask; the figures are settings of the place."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from redis.exceptions import ConnectionError as CacheAway
from rest_framework.request import Request
from rest_framework.throttling import AnonRateThrottle, UserRateThrottle


class _FromSettings:
    """Reads the rate when a request comes, not when the process starts."""

    scope: str

    def get_rate(self) -> str:
        rates: Any = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]
        return rates[self.scope]

    def allow_request(self, request: Request, view) -> bool:
        try:
            return super().allow_request(request, view)  # type: ignore[misc]
        except CacheAway:  # what cannot be counted is let in: a file that is due goes before a limit
            return True


class VisitorLimit(_FromSettings, AnonRateThrottle):
    """Requests without a key, by address."""

    scope = "visitor"


class KeyLimit(_FromSettings, UserRateThrottle):
    """Requests with a key, by key."""

    scope = "key"
