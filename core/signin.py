"""Sign-in: people are invited, nobody signs up; each lands on the site that is theirs."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.urls import reverse

from core.models import Organisation


class Adapter(DefaultAccountAdapter):
    """What allauth asks of us."""

    def is_open_for_signup(self, request) -> bool:
        return False

    def get_login_redirect_url(self, request) -> str:
        return reverse(landing_of(request.user))


def landing_of(user) -> str:
    """Return the name of the page that a person's memberships lead to."""
    kinds = {membership.organisation.kind for membership in user.current_memberships}
    if Organisation.Kind.AUTHORITY in kinds:
        return "officer:home"
    return "portal:home" if kinds else "public:register"
