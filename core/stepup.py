"""Step-up: before an act of legal effect the person shows once more, within the last minutes, that it is them."""

from __future__ import annotations

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.http import HttpRequest


def require_step_up(request: HttpRequest) -> None:
    """Let pass who confirmed recently, or send the person to confirm and then back to this very request.

    Called in a view after the checks of whose the record is and whether the actor may: who may not never gets here.
    ``ACCOUNT_REAUTHENTICATION_TIMEOUT`` says how long a confirmation holds.
    """
    raise_if_reauthentication_required(request, app="account")
