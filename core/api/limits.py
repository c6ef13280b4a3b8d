"""How often a caller may ask; the figures are settings of the place."""

from __future__ import annotations

from django.conf import settings
from rest_framework.throttling import AnonRateThrottle, UserRateThrottle


class _FromSettings:
    """Reads the rate when a request comes, not when the process starts."""

    scope: str

    def get_rate(self) -> str:
        return settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"][self.scope]


class VisitorLimit(_FromSettings, AnonRateThrottle):
    """Requests without a key, by address."""

    scope = "visitor"


class KeyLimit(_FromSettings, UserRateThrottle):
    """Requests with a key, by key."""

    scope = "key"
