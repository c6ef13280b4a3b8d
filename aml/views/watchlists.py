"""Lists as officers see them: how fresh each is, its versions, what one changed, loads that were refused."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aml import tasks
from aml.forms_lists import LoadListForm, ReleaseForm
from aml.models import ListEntry, ListLoad, ListVersion, Source
from aml.parsers.description import describe
from aml.plausible import OFFICERS_NEEDED
from aml.selectors.freshness import list_freshness, old_lists
from aml.selectors.list_entries import PARTS, differences, entries_shown, lives_of, versions_for
from aml.selectors.list_loads import loads_for, may_be_released, officers_for
from aml.selectors.list_words import first_problems, identifiers_of, particulars_of
from aml.services.watchlists import Files, keep_files, load_watchlist, release_load
from core import feeds
from core.access import require, visible_or_404
from core.roles import Can
from core.stepup import require_step_up

PER_PAGE, LOADS_SHOWN = 50, 12
TABS = {"entries": gettext_lazy("Entries"), "added": gettext_lazy("Added"), "changed": gettext_lazy("Changed"),
        "removed": gettext_lazy("Removed")}


@require_safe
def watchlists(request: HttpRequest) -> HttpResponse:
    """Every list: the version in force, how fresh it is, the latest tries to load one."""
    require(request.user, Can.VIEW_ALERTS)
    lists = list_freshness()
    context = {"lists": lists, "old": old_lists(lists), "may_load": request.user.can(Can.LOAD_WATCHLISTS),
               "loads": first_problems(loads_for(request.user)[:LOADS_SHOWN])}
    return render(request, "officer/watchlists.html", context)


@require_safe
def watchlist(request: HttpRequest, source: str) -> HttpResponse:
    """One list: where it comes from, its versions and its loads."""
    if source not in Source.values:
        raise Http404
    require(request.user, Can.VIEW_ALERTS)
    page = Paginator(versions_for(request.user, source), PER_PAGE).get_page(request.GET.get("page"))
    fresh = next(each for each in list_freshness() if each.source == source)
    context = {"list": fresh, "page": page, "loads": first_problems(loads_for(request.user, source)[:LOADS_SHOWN]),
               "may_load": request.user.can(Can.LOAD_WATCHLISTS)}
    return render(request, "officer/watchlist.html", context)


@require_safe
def watchlist_version(request: HttpRequest, source: str, number: int) -> HttpResponse:
    """One version: its proof, its counts, its entries and what it changed, searched and paged."""
    version = visible_or_404(versions_for(request.user), request.user, source=source, number=number)
    require(request.user, Can.VIEW_ALERTS)
    part, query = request.GET.get("show", "entries"), request.GET.get("q", "")
    if part not in PARTS:
        raise Http404
    page = Paginator(entries_shown(version, part, query), PER_PAGE).get_page(request.GET.get("page"))
    changed = differences(version, page.object_list) if part == "changed" else {}
    context = {
        "version": version, "described": describe(source), "page": page, "query": query, "part": part,
        "tabs": [(label, f"?show={name}", _counts(version)[name], name == part) for name, label in TABS.items()],
        "rows": [(entry, changed.get(entry.pk, [])) for entry in page.object_list],
        "newest": versions_for(request.user, source).first(),
    }
    return render(request, "officer/watchlist_version.html", context)


def _counts(version: ListVersion) -> dict[str, int]:
    return {"entries": version.entry_count, "added": version.added, "changed": version.changed,
            "removed": version.removed}


@require_safe
def watchlist_entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry with all that was published of it, and how it read in other versions."""
    entry = visible_or_404(ListEntry.objects.prefetch_related("names", "addresses"), request.user, pk=pk)
    require(request.user, Can.VIEW_ALERTS)
    context = {"entry": entry, "lives": lives_of(entry), "particulars": particulars_of(entry),
               "identifiers": identifiers_of(entry)}
    return render(request, "officer/watchlist_entry.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def load(request: HttpRequest) -> HttpResponse:
    """Load a list from files."""
    require(request.user, Can.LOAD_WATCHLISTS)
    form = LoadListForm(request.POST or None, request.FILES or None, initial={"source": request.GET.get("list", "")})
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        files = [(file.name, file.read()) for file in said["list_files"]]
        if sum(len(raw) for _name, raw in files) > settings.WATCHLIST_LATER_BYTES:
            return _load_later(request, said["source"], files, said["published_on"])
        return _done(request, load_watchlist(said["source"], files, actor=request.user,
                                             published_on=said["published_on"]))
    described = [(label, describe(source)) for source, label in Source.choices]
    return render(request, "officer/watchlist_load.html", {"form": form, "described": described},
                  status=422 if form.is_bound else 200)


def _load_later(request: HttpRequest, source: str, files: Files, day: date | None) -> HttpResponse:
    """Leave large files to a worker: what came of them stands under the loads when it has read them."""
    kept = keep_files(files, actor=request.user)
    tasks.load_kept.delay_on_commit(source, kept, request.user.pk, day.isoformat() if day else None)
    said = _("The files are large and are being read. What came of them will stand under the loads.")
    messages.success(request, said)
    return redirect("officer:watchlist", source)


@require_POST
def fetch(request: HttpRequest, source: str) -> HttpResponse:
    """Have a list fetched from its publisher now, by a worker: publishers may be slow."""
    if source not in Source.values:
        raise Http404
    require(request.user, Can.LOAD_WATCHLISTS)
    tasks.nudge_fetch(source)
    messages.success(request, _("The list is being fetched. What came of it will stand here under the loads."))
    return redirect("officer:watchlist", source)


def _done(request: HttpRequest, made: ListLoad) -> HttpResponse:
    """Go to what came of a load: the version, or why there is none."""
    tasks.nudge_screening(made)
    if made.outcome == ListLoad.Outcome.REFUSED or made.version is None:
        return redirect("officer:watchlist_loaded", made.pk)
    if made.outcome == ListLoad.Outcome.UNCHANGED:
        messages.success(request, _("These are the files of the version in force; nothing changed."))
    else:
        messages.success(request, _("The new version is in force."))
    return redirect("officer:watchlist_version", made.source, made.version.number)


@require_safe
def loaded(request: HttpRequest, pk: int) -> HttpResponse:
    """One try to load a list: what was wrong with it, and whether officers may let it through."""
    return _load_page(request, visible_or_404(loads_for(request.user), request.user, pk=pk))


def _load_page(request: HttpRequest, tried: ListLoad, form: ReleaseForm | None = None) -> HttpResponse:
    require(request.user, Can.VIEW_ALERTS)
    may = may_be_released(tried) and request.user.can(Can.LOAD_WATCHLISTS)
    officers: set[Any] = officers_for(tried)
    context = {
        "load": tried, "problems": feeds.worded(tried.problems),
        "releases": tried.releases.select_related("released_by"),
        "doubtful": may_be_released(tried), "said_so": request.user.pk in officers,
        "missing": OFFICERS_NEEDED - len(officers), "standing": versions_for(request.user, tried.source).first(),
        "form": (form or ReleaseForm()) if may and request.user.pk not in officers else None,
    }
    return render(request, "officer/watchlist_loaded.html", context, status=422 if form and form.errors else 200)


@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a doubted load is right; the second officer who does lets it through."""
    tried = visible_or_404(loads_for(request.user), request.user, pk=pk)
    require(request.user, Can.LOAD_WATCHLISTS, tried)
    require_step_up(request)
    form = ReleaseForm(request.POST)
    if not form.is_valid():
        return _load_page(request, tried, form)
    made = release_load(tried, reason=form.cleaned_data["reason"], actor=request.user)
    if made.pk != tried.pk:
        return _done(request, made)
    messages.success(request, _("Recorded. Another officer has to let the list through as well."))
    return redirect("officer:watchlist_loaded", tried.pk)
