"""Breaks of a coin: the list, one with its parts and its life, what the issuer says of it and what officers decide."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from core import audit, blobs, clock
from core.access import require, visible_or_404
from core.models import Membership, Organisation, User
from core.roles import ROLES, Can
from core.rulebook import load
from core.stepup import require_step_up
from issuers.selectors import coins_for
from issuers.views.frame import portal_frame
from reports.builders import break_page
from reserves.forms_breaks import ExplanationForm, ReasonForm
from reserves.models import Break, BreakNote
from reserves.selectors import breaks as selectors
from reserves.selectors.day_files import calendar_on
from reserves.selectors.lines import files_named
from reserves.services import break_life
from reserves.workflows import BREAK, takes_two_officers

PER_PAGE, DAYS_SHOWN = 50, 30
TABS: dict[str, Any] = {
    "unexplained": gettext_lazy("Unexplained"),
    "standing": gettext_lazy("All that stand"),
    "accepted": gettext_lazy("Accepted"),
    "resolved": gettext_lazy("Resolved"),
    "all": gettext_lazy("All"),
}


@require_safe
def break_list(request: HttpRequest, symbol: str) -> HttpResponse:
    """The breaks of a coin: those that somebody has to explain before the others."""
    coin = visible_or_404(coins_for(request.user), request.user, symbol=symbol)
    require(request.user, Can.VIEW_RESERVES, coin)
    shown = request.GET.get("show", "standing")
    if shown not in TABS:
        raise Http404
    counts = selectors.break_counts(coin, request.user)
    page = Paginator(selectors.breaks_shown(coin, request.user, shown), PER_PAGE).get_page(request.GET.get("page"))
    context = portal_frame(request.user, coin) | {
        "tabs": [(TABS[name], f"?show={name}", count, name == shown) for name, count in counts.items()],
        "counts": counts, "shown": shown, "page": page, "rows": _rows(page.object_list),
        "causes": [row | {"cause": break_page.cause_of(row["cause"])}
                   for row in selectors.by_cause(coin, request.user)],
    }
    return render(request, f"{request.resolver_match.namespace}/breaks.html", context)


def _rows(breaks: Any) -> list[dict[str, Any]]:
    calendar, today = calendar_on(load(), clock.today()), clock.today()
    return [
        break_page.list_row(row, calendar.business_days_between(row.opened_on, row.resolved_on or today))
        for row in breaks
    ]


def _named(request: HttpRequest, reference: str) -> Break:
    standing = visible_or_404(selectors.breaks_for(request.user), request.user, reference=reference)
    require(request.user, Can.VIEW_RESERVES, standing)
    return standing


@require_safe
def break_shown(request: HttpRequest, reference: str) -> HttpResponse:
    """One break: both sides, what explains the difference, what was said of it, what may be done."""
    return _page(request, _named(request, reference))


def _page(request: HttpRequest, standing: Break, form: Form | None = None) -> HttpResponse:
    seen, officer = standing.latest, request.user.is_authority
    moves = {move.name for move in BREAK.available(standing, request.user)}
    files = files_named(break_page.evidence_files(seen))
    context = portal_frame(request.user, standing.coin) | {
        "standing": standing, "seen": seen, "row": _rows([standing])[0],
        "told": break_page.explanation(standing, seen, files) if seen else None,
        "days": break_page.history(selectors.days_of_break(standing)[:DAYS_SHOWN]),
        "notes": selectors.notes_of_break(standing, request.user),
        "moves": moves, "form": form or (ReasonForm() if officer else ExplanationForm()),
        "takes_two": takes_two_officers(standing), "officers": _officers(request.user),
        "why_not": _why_not(standing, request.user),
        "events": audit.timeline(standing, audience=_audience(request.user))[:50],
        "files": files,
    }
    return render(request, f"{request.resolver_match.namespace}/break.html", context,
                  status=422 if form and form.errors else 200)


def _audience(user: User) -> audit.Audience:
    return audit.Audience.AUTHORITY if user.is_authority else audit.Audience.ISSUER


def _why_not(standing: Break, user: User) -> str:
    """Return why an officer who works breaks cannot accept one that another officer has to."""
    waits = standing.status == Break.Status.PROPOSED and user.can(Can.ACCEPT_BREAK, standing)
    return BREAK.refusal(standing, BREAK.moves["accept"], user) if waits else ""


def _officers(user: User) -> list[User]:
    if not user.is_authority or not user.can(Can.ACCEPT_BREAK):
        return []
    roles = [role for role, granted in ROLES.items() if Can.ACCEPT_BREAK in granted]
    held = Membership.objects.filter(organisation__kind=Organisation.Kind.AUTHORITY, role__in=roles)
    return list(User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("name"))


@require_POST
def explain(request: HttpRequest, reference: str) -> HttpResponse:
    """The issuer explains a break."""
    standing = _named(request, reference)
    require(request.user, Can.EXPLAIN_BREAK, standing)
    form = ExplanationForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, standing, form)
    break_life.explain_break(standing, actor=request.user, **form.cleaned_data)
    messages.success(request, _("Your explanation is on record."))
    return redirect("portal:break", reference)


@require_POST
def decide(request: HttpRequest, reference: str) -> HttpResponse:
    """An officer queries or accepts a break, or gives it to an officer."""
    standing = _named(request, reference)
    require(request.user, Can.ACCEPT_BREAK, standing)
    action = request.POST.get("action", "")
    if action == "assign":
        break_life.assign_break(standing, to=_chosen(request), actor=request.user)
    elif action in ("query", "accept"):
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return _page(request, standing, form)
        _decide(request, standing, action, form.cleaned_data["text"])
    else:
        raise Http404
    messages.success(request, _("Done, and recorded."))
    return redirect("officer:break", reference)


def _decide(request: HttpRequest, standing: Break, action: str, text: str) -> None:
    if action == "query":
        break_life.query_break(standing, text=text, actor=request.user)
        return
    require_step_up(request)
    break_life.accept_break(standing, reason=text, actor=request.user)


def _chosen(request: HttpRequest) -> User | None:
    chosen = request.POST.get("officer", "")
    if not chosen:
        return None
    found = next((user for user in _officers(request.user) if str(user.pk) == chosen), None)
    if found is None:
        raise Http404
    return found


@require_safe
def break_file(request: HttpRequest, reference: str, pk: int) -> FileResponse:
    """The file that somebody enclosed with an explanation."""
    standing = _named(request, reference)
    note = BreakNote.objects.filter(standing=standing, pk=pk).exclude(document=None).first()
    if note is None:
        raise Http404
    return FileResponse(blobs.path_of(note.document_id).open("rb"), as_attachment=True, filename=note.filename,
                        content_type=note.media_type)
