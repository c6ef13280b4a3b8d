"""How often a visitor may ask a page that takes secrets, or that writes for people without an account."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from redis.exceptions import ConnectionError as CacheAway
from rest_framework.throttling import SimpleRateThrottle

from core.errors import TooOften


class _PageLimit(SimpleRateThrottle):
    """Requests to one kind of page, by address; the figures are ``settings.PAGE_RATES``."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__()

    def get_rate(self) -> str:
        return settings.PAGE_RATES[self.scope]

    def get_cache_key(self, request, view) -> str:
        return self.cache_format % {"scope": f"page-{self.scope}", "ident": self.get_ident(request)}


def limit_visitor(request: HttpRequest, scope: str) -> None:
    """Count the request against its address.

    Raises:
        TooOften: the address has asked as often as it may.
    """
    try:
        if _PageLimit(scope).allow_request(request, None):
            return
    except CacheAway:  # no secret can be guessed in any number of tries: a person goes before the count
        return
    raise TooOften(_("Too many tries from your address. Try again in an hour."), permanent=False)
