"""What has to be right before the platform may run: the endpoints of chains can be used, where any are set."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from reserves.chain.endpoints import ENOUGH, EndpointsInvalid, read_endpoints


@register("chains")
def endpoints_can_be_used(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Find a setting that would leave chains unread; the sentences hold no address and no key."""
    try:
        endpoints = read_endpoints(settings.CHAIN_ENDPOINTS)
    except EndpointsInvalid as problem:
        return [Error(f"ASSAY_CHAIN_ENDPOINTS: {problem}", id="reserves.E001")]
    return [
        Warning(f"ASSAY_CHAIN_ENDPOINTS: {chain} has fewer than {ENOUGH} endpoints: no reading of it is ever accepted.",
                id="reserves.W001")
        for chain, found in endpoints.items() if len(found) < ENOUGH
    ]
