"""Who gets anything from the API of AML: whoever is not of the authority is answered as if there were nothing."""

from __future__ import annotations

from django.http import Http404
from rest_framework.request import Request

from core.access import Actor, require
from core.roles import Can


def require_authority(request: Request, permission: Can) -> None:
    """Let pass who is of the authority and has the permission (AML guideline 8.2: nobody is tipped off).

    Raises:
        Http404: the caller is not of the authority.
        NotPermitted: the permission is lacking.
    """
    actor: Actor = request.user
    if not actor.is_authority:
        raise Http404
    require(actor, permission)
