"""Who acts for an issuer: for its own administrators, and for officers where the authority has a part."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core import invitations
from core.access import require, visible_or_404
from core.models import Invitation, Membership, Organisation, User
from core.roles import Can, Role
from core.stepup import require_step_up
from issuers.forms.people import InvitationForm
from issuers.selectors.people import invitations_of, members_of, people_events
from issuers.views.frame import portal_frame

ACTS = {
    "approve": invitations.approve_invitation,
    "revoke": invitations.revoke_invitation,
    "send_again": invitations.send_again,
}


def _own_organisation(user: User) -> Organisation:
    """Return the issuer whose people the reader looks after, or the one the reader acts for."""
    own = [each.organisation for each in user.current_memberships if each.organisation.kind == Organisation.Kind.ISSUER]
    if not own:
        raise Http404
    return next((each for each in own if user.can(Can.MANAGE_PEOPLE, each)), own[0])


def _shown(organisation: Organisation, user: User, form: InvitationForm) -> dict[str, Any]:
    members = list(members_of(organisation))
    return {
        "body": organisation, "members": members, "form": form,
        "administrators": [each.user for each in members if each.role in invitations.ADMINISTRATOR_ROLES],
        "waiting": invitations_of(organisation, user), "events": people_events(organisation)[:30],
    }


@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """Who acts for the reader's organisation; its administrators invite others."""
    user, organisation = request.user, _own_organisation(request.user)
    form = InvitationForm(request.POST or None)
    if request.method == "POST":
        require(user, Can.MANAGE_PEOPLE, organisation)
        if form.is_valid():
            require_step_up(request)
            invitations.invite_person(organisation, actor=user, **form.cleaned_data)
            messages.success(request, _("Recorded. The link is sent once a second person has approved it."))
            return redirect("portal:people")
    may = user.can(Can.MANAGE_PEOPLE, organisation)
    context = portal_frame(user, owner=organisation) | _shown(organisation, user, form) | {"may_manage": may}
    return render(request, "portal/people.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def issuer_people(request: HttpRequest, slug: str) -> HttpResponse:
    """Who acts for one issuer; where it has no administrator, an officer invites the first."""
    user, organisation = request.user, get_object_or_404(Organisation, slug=slug, kind=Organisation.Kind.ISSUER)
    form = InvitationForm(request.POST or None, initial={"role": Role.ISSUER_ADMINISTRATOR.value})
    if request.method == "POST":
        require(user, Can.INVITE_APPLICANT, organisation)
        if form.is_valid():
            require_step_up(request)
            invitations.invite_person(organisation, actor=user, **form.cleaned_data)
            messages.success(request, _("Invited. The link is on its way."))
            return redirect("officer:people", slug)
    context = _shown(organisation, user, form)
    context["may_invite"] = user.can(Can.INVITE_APPLICANT, organisation) and not context["administrators"]
    return render(request, "officer/people.html", context, status=422 if form.errors else 200)


def _act(request: HttpRequest, pk: int, permission: Can) -> Invitation:
    invitation = visible_or_404(Invitation, request.user, pk=pk)
    action = request.POST.get("action", "")
    if action not in ACTS:
        raise Http404
    require(request.user, permission, invitation)
    if action == "approve":
        require_step_up(request)
    ACTS[action](invitation, actor=request.user)
    messages.success(request, _("Done, and recorded."))
    return invitation


@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve, withdraw or send again an invitation into the reader's organisation."""
    _act(request, pk, Can.MANAGE_PEOPLE)
    return redirect("portal:people")


@require_POST
def act_for_issuer(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve, withdraw or send again an invitation where that is the authority's part."""
    return redirect("officer:people", _act(request, pk, Can.INVITE_APPLICANT).organisation.slug)


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End somebody's access to the reader's organisation."""
    standing = Membership.objects.current().filter(organisation__in=request.user.organisation_ids)
    membership = get_object_or_404(standing, pk=pk)
    require(request.user, Can.MANAGE_PEOPLE, membership)
    require_step_up(request)
    invitations.end_membership(membership, actor=request.user)
    messages.success(request, _("Ended. Whoever acts for nobody any more was signed out everywhere."))
    return redirect("portal:people")
