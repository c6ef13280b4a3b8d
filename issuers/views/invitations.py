"""The page behind the link of an invitation, open to whoever holds the link."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from core.invitations import accept_invitation, account_of, invitation_of, join_by_invitation
from core.limits import limit_visitor
from core.models import Invitation
from issuers.forms.people import AcceptForm


@login_not_required
@never_cache
@sensitive_variables("secret")
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Take the invited person in; a link that is unknown, used, withdrawn or run out gets one and the same page."""
    limit_visitor(request, "invitation")
    found = invitation_of(secret)
    if found is None:
        return render(request, "public/invitation_dead.html", status=404)
    if request.user.is_authenticated or account_of(found):
        return _join(request, found, secret)
    form = AcceptForm(request.POST or None, invitation=found)
    if request.method == "POST" and form.is_valid():
        accept_invitation(secret, name=form.cleaned_data["name"], password=form.cleaned_data["password"])
        messages.success(request, _("Your account is made. Sign in; then you set up a second factor."))
        return redirect("account_login")
    return render(request, "public/invitation.html", {"invitation": found, "form": form},
                  status=422 if form.errors else 200)


@sensitive_variables("secret")
def _join(request: HttpRequest, found: Invitation, secret: str) -> HttpResponse:
    """Add the membership to the account of who is signed in, or say with which account to sign in."""
    user = request.user
    is_theirs = user.is_authenticated and user.email.lower() == found.email.lower()
    if request.method == "POST" and is_theirs:
        join_by_invitation(secret, user=user)
        told = _("You may now act for %(organisation)s.") % {"organisation": found.organisation.name}
        messages.success(request, told)
        return redirect("portal:home")
    return render(request, "public/invitation_join.html", {"invitation": found, "is_theirs": is_theirs})
