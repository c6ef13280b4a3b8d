"""Gates that every request passes: who is asking, with a second factor, at a site that is theirs."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

from allauth.account.adapter import get_adapter
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from core.context_vars import request_id
from core.errors import Refusal
from core.models import Organisation

Respond = Callable[[HttpRequest], HttpResponse]


class RequestContext:
    """Gives each request an id for the audit trail, and words typed refusals once for all pages."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = request_id.set(secrets.token_hex(8))
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = request_id.get()
            return response
        finally:
            request_id.reset(token)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        template = "403.html" if exception.status_code == 403 else "refused.html"
        return render(request, template, {"refusal": exception}, status=exception.status_code)


class SignInRequired(LoginRequiredMiddleware):
    """Sends a visitor to sign in and back to the page; after a form, back to the page that the form stands on."""

    def process_view(self, request: HttpRequest, view_func, view_args, view_kwargs):
        answer = super().process_view(request, view_func, view_args, view_kwargs)
        if answer is None or request.method in ("GET", "HEAD"):
            return answer
        # What was sent is not kept while nobody is signed in, and its own address may answer no question.
        page = urlsplit(request.headers.get("referer", ""))
        known = url_has_allowed_host_and_scheme(page.geturl(), {request.get_host()}, require_https=request.is_secure())
        messages.warning(request, _("You were signed out. What you sent was not done: sign in and send it again."))
        return redirect_to_login(urlunsplit(("", "", page.path, page.query, "")) if known else request.path)


class SessionsSeen:
    """Notes from where and when a session was last seen, for the list of one's sessions: to the minute.

    A note with every request would write a row for every page that is read. A session from another place, or with
    another browser, is noted at once.
    """

    EVERY, REMEMBERED = 60, 10_000  # seconds; sessions that a process remembers

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response
        self.noted: OrderedDict[str, tuple[str, str, float]] = OrderedDict()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.session.session_key and request.user.is_authenticated:
            self._note(request, request.session.session_key)
        return self.get_response(request)

    def _note(self, request: HttpRequest, session: str) -> None:
        place = get_adapter().get_client_ip(request), request.headers.get("User-Agent", "")
        *before, at = self.noted.get(session, (0,))
        if tuple(before) == place and time.monotonic() < at + self.EVERY:
            return
        UserSession.objects.create_from_request(request)
        self.noted[session] = (*place, time.monotonic())
        self.noted.move_to_end(session)
        if len(self.noted) > self.REMEMBERED:
            self.noted.popitem(last=False)


class SecondFactorRequired:
    """Sends a person without a passkey or TOTP to set one up before anything else."""

    OPEN = ("accounts/", "static/", "api/", "i18n/")

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info.lstrip("/")
        for language in ("en/", "zh-hant/", "zh-hans/"):
            path = path.removeprefix(language)
        if request.user.is_authenticated and not path.startswith(self.OPEN) and not is_mfa_enabled(request.user):
            return redirect("mfa_index")
        return self.get_response(request)


def open_to_auditors(view: Respond) -> Respond:
    """Mark a view of the portal as one that people of an audit firm reach too."""
    view.open_to_auditors = True  # type: ignore[attr-defined]
    return view


class SiteGate:
    """Shows each site only to its people; for others it does not exist."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> None:
        namespace = request.resolver_match.namespace if request.resolver_match else ""
        user = request.user
        if not user.is_authenticated or namespace not in ("officer", "portal"):
            return
        kinds = {membership.organisation.kind for membership in user.current_memberships}
        wanted = {Organisation.Kind.AUTHORITY if namespace == "officer" else Organisation.Kind.ISSUER}
        if namespace == "portal" and getattr(view, "open_to_auditors", False):
            wanted.add(Organisation.Kind.AUDITOR)
        if not wanted & kinds:
            raise Http404
