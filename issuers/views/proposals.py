"""Proposals as officers work them: made by one, decided by another with what was read under its digest."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import audit, blobs, clock
from core.access import require, visible_or_404
from core.business_days import hong_kong_calendar
from core.deadlines import last_day
from core.errors import Refused
from core.models import User
from core.roles import Can
from core.stepup import require_step_up
from core.wording import amount, hk_date
from issuers.conditions import KINDS
from issuers.forms.licences import DecideForm, NoteForm, ProposeForm, TribunalForm
from issuers.models import Document, Licence, Proposal
from issuers.powers import POWERS, Hearing, Power
from issuers.selectors.licences import licences_for, proposal_digest, proposals_for
from issuers.services.proposal_terms import MEASURES
from issuers.services.proposals import decide_proposal, drop_proposal, propose
from issuers.services.tribunal import record_tribunal
from issuers.time_limits import TimeLimit, time_limit
from issuers.workflows import PROPOSAL
from issuers.workflows.guards import can_be_used, may_take_effect


def power_row(power: Power, licence: Licence | None = None) -> dict[str, Any]:
    """Return a power with its hearing and longest term in words, and whether the licence is in a state for it."""
    today = clock.today()
    hearing = {
        Hearing.NONE: lambda: _("No representations"),
        Hearing.AS_SET: lambda: _("As long as the notice sets"),
        Hearing.AT_LEAST: lambda: _("At least %(length)s") % {"length": _length(time_limit(power.period, today))},
    }[power.hearing]()
    return {
        "power": power, "title": _(power.title), "hearing": hearing, "urgent": _(power.urgent) if power.urgent else "",
        "longest": _length(time_limit(power.longest, today)) if power.longest else "",
        "open": licence is not None and can_be_used(power, licence),
    }


def _length(limit: TimeLimit) -> str:
    if limit.unit == "months":
        return ngettext("%(count)d month", "%(count)d months", limit.count) % {"count": limit.count}
    return ngettext("%(count)d day", "%(count)d days", limit.count) % {"count": limit.count}


def first_possible_day(power: Power) -> date:
    """Return the day after the shortest hearing, today where there is none: what the form offers."""
    if power.hearing is not Hearing.AT_LEAST:
        return clock.today()
    limit = time_limit(power.period, clock.today())
    return last_day(clock.today(), limit.count, limit.unit, hong_kong_calendar()) + timedelta(days=1)


def proposal_context(proposal: Proposal, user: User) -> dict[str, Any]:
    """Return what both sites show of a proposal."""
    audience = audit.Audience.AUTHORITY if user.is_authority else audit.Audience.ISSUER
    return {
        "proposal": proposal, "licence": proposal.licence, **power_row(POWERS[proposal.kind]),
        "terms": terms_in_words(proposal), "tribunal": getattr(proposal, "tribunal", None),
        "representations": proposal.representations.select_related("by"),
        "documents": Document.objects.filter(proposal=proposal).order_by("pk"),
        "may_be_heard": PROPOSAL.refusal(proposal, PROPOSAL.moves["represent"], user) == "",
        "events": audit.timeline(proposal, audience=audience)[:100],
    }


def terms_in_words(proposal: Proposal) -> list[tuple[str, str]]:
    """Return the terms of a proposal as labels and values, in the reader's language."""
    terms, rows = proposal.terms, []
    if "number" in terms:
        condition = proposal.licence.conditions.filter(number=terms["number"]).first()
        rows.append((_("Condition"), f"{terms['number']}. {condition.wording if condition else ''}"))
    if given := terms.get("condition"):
        kind = KINDS[given["kind"]]
        rows.append((_("Kind of condition"), _(kind.title)))
        rows += [(label, str(given[name])) for label, name in (
            (_("Coin"), "coin"), (_("Figure"), "value"), (_("Wording in English"), "wording_en"),
            (_("Wording in traditional Chinese"), "wording_zh_hant"),
            (_("Wording in simplified Chinese"), "wording_zh_hans"),
            (_("Then every so many months"), "every_months"),
        ) if given.get(name) not in (None, "", True)]
        if given["first_due_on"]:
            rows.append((_("First due on"), hk_date(given["first_due_on"])))
    rows += [(_("Measure"), _(MEASURES[name])) for name in terms.get("measures", [])]
    for label, name in ((_("What the licensee is ordered to do"), "remedial_action"),
                        (_("Direction about the reserve assets"), "reserve_direction"),
                        (_("Published guideline on penalties"), "penalty_guideline")):
        if terms.get(name):
            rows.append((label, terms[name]))
    for label, name in ((_("Penalty in Hong Kong dollars"), "penalty_hkd"),
                        (_("Profit made or loss avoided, in Hong Kong dollars"), "profit_hkd")):
        if terms.get(name):
            rows.append((label, amount(Decimal(terms[name]))))
    return rows


@require_safe
def choose_power(request: HttpRequest, number: str) -> HttpResponse:
    """Choose which power to propose."""
    licence = visible_or_404(licences_for(request.user), request.user, number=number)
    require(request.user, Can.PROPOSE_LICENCE_ACTION, licence)
    rows = [power_row(power, licence) for power in POWERS.values()]
    return render(request, "officer/propose.html", {"licence": licence, "rows": rows, "form": None})


@require_http_methods(["GET", "HEAD", "POST"])
def propose_power(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """Propose one power."""
    licence = visible_or_404(licences_for(request.user), request.user, number=number)
    if kind not in POWERS:
        raise Http404
    require(request.user, Can.PROPOSE_LICENCE_ACTION, licence)
    initial = {"takes_effect_on": first_possible_day(POWERS[kind])}
    form = ProposeForm(licence, POWERS[kind], request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            proposal = propose(licence, kind=kind, actor=request.user, **form.given())
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("Proposed. Another officer decides."))
            return redirect("officer:proposal", proposal.reference)
    context = power_row(POWERS[kind], licence) | {"licence": licence, "form": form}
    return render(request, "officer/propose.html", context, status=422 if form.errors else 200)


def _proposal(request: HttpRequest, reference: str) -> Proposal:
    return visible_or_404(proposals_for(request.user), request.user, reference=reference)


@require_safe
def proposal_page(request: HttpRequest, reference: str) -> HttpResponse:
    """One proposal with what was said on it."""
    return _shown(request, _proposal(request, reference))


def _shown(request: HttpRequest, proposal: Proposal, **forms: Any) -> HttpResponse:
    user, decided = request.user, proposal.status == Proposal.Status.DECIDED
    context = proposal_context(proposal, user) | {
        "not_decidable": PROPOSAL.refusal(proposal, PROPOSAL.moves["decide"], user),
        "may_drop": PROPOSAL.refusal(proposal, PROPOSAL.moves["drop"], user) == "",
        "may_record_tribunal": decided and POWERS[proposal.kind].reviewable
        and user.can(Can.PROPOSE_LICENCE_ACTION, proposal),
        "waits": decided and proposal.applied_at is None and not may_take_effect(proposal),
        "drop_form": NoteForm(), "tribunal_form": TribunalForm(initial={"on": clock.today()}),
    } | forms
    return render(request, "officer/proposal.html", context, status=422 if forms else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, reference: str) -> HttpResponse:
    """Decide a proposal, exactly as it reads."""
    proposal = _proposal(request, reference)
    require(request.user, Can.DECIDE_LICENCE_ACTION, proposal)
    require_step_up(request)
    digest = proposal_digest(proposal)
    day = max(proposal.takes_effect_on or clock.today(), clock.today())
    form = DecideForm(request.POST or None, initial={"takes_effect_on": day, "digest": digest})
    if request.method == "POST" and form.is_valid():
        try:
            decide_proposal(proposal, actor=request.user, **form.cleaned_data)
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("Decided, and recorded."))
            return redirect("officer:proposal", reference)
    refusal = PROPOSAL.refusal(proposal, PROPOSAL.moves["decide"], request.user)
    context = proposal_context(proposal, request.user) | {"form": form, "digest": digest, "not_decidable": refusal}
    return render(request, "officer/proposal_decide.html", context, status=422 if form.errors else 200)


@require_POST
def drop(request: HttpRequest, reference: str) -> HttpResponse:
    """Give a proposal up: nothing takes effect by it, so the officer need not confirm who it is."""
    proposal = _proposal(request, reference)
    require(request.user, Can.PROPOSE_LICENCE_ACTION, proposal)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _shown(request, proposal, drop_form=form)
    drop_proposal(proposal, actor=request.user, **form.cleaned_data)
    messages.success(request, _("The proposal is dropped."))
    return redirect("officer:proposal", reference)


@require_POST
def tribunal(request: HttpRequest, reference: str) -> HttpResponse:
    """Record what the tribunal, or the licensee, did."""
    proposal = _proposal(request, reference)
    require(request.user, Can.PROPOSE_LICENCE_ACTION, proposal)
    require_step_up(request)
    form = TribunalForm(request.POST)
    if form.is_valid():
        try:
            record_tribunal(proposal, actor=request.user, **form.cleaned_data)
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("Done, and recorded."))
            return redirect("officer:proposal", reference)
    return _shown(request, proposal, tribunal_form=form)


@require_safe
def document(request: HttpRequest, reference: str, pk: int) -> FileResponse:
    """A document that came with representations, to be saved and never shown in the page's own origin."""
    proposal = _proposal(request, reference)
    require(request.user, Can.VIEW_LICENCE, proposal)
    found = visible_or_404(Document.objects.filter(proposal=proposal), request.user, pk=pk)
    return FileResponse(blobs.path_of(found.blob_id).open("rb"), filename=found.filename, as_attachment=True,
                        content_type=found.media_type)
