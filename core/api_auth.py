"""How a machine proves who it is: ``Authorization: Bearer <key>``."""

from __future__ import annotations

import hmac
from datetime import timedelta

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed

from core import clock
from core.models import ApiKey


class ApiKeyAuthentication(BaseAuthentication):
    """The caller is the key itself: it acts, is scoped and is audited like a person."""

    def authenticate(self, request):
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"bearer":
            return None
        if len(parts) != 2:
            raise AuthenticationFailed(_("Send one key: Authorization: Bearer <key>."))
        secret = parts[1].decode("ascii", errors="replace")
        key = ApiKey.objects.select_related("organisation").filter(prefix=secret.split(".")[0][:12]).first()
        if key is None or key.revoked_at or not hmac.compare_digest(key.digest, ApiKey.digest_of(secret)):
            raise AuthenticationFailed(_("This key is not known, or was revoked."))
        now = clock.now()
        if key.last_used_at is None or now - key.last_used_at > timedelta(minutes=5):
            ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
        return key, key

    def authenticate_header(self, request) -> str:
        return "Bearer"


class ApiKeyScheme(OpenApiAuthenticationExtension):
    """Tells the OpenAPI document of the keys."""

    target_class = "core.api_auth.ApiKeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": "bearer", "description": "An organisation's key"}
