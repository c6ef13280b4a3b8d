"""Files that are held as implausible: the officers' list, and the decision on one."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import feeds
from core.access import require, visible_or_404
from core.models import FeedFile
from core.roles import Can
from core.stepup import require_step_up
from reserves.forms_schedules import DecisionForm
from reserves.selectors.quarantine import held_files
from reserves.services.quarantine import refuse_file, release_file
from reserves.tasks import nudge_days_of
from reserves.views.upload import file_page


@require_safe
def quarantine(request: HttpRequest) -> HttpResponse:
    """Every file that is held, the oldest first, with what is doubted."""
    held = held_files(request.user)
    rows = [(file, feeds.FEEDS[file.feed].title, feeds.worded(file.problems[:5])) for file in held[:100]]
    return render(request, "officer/quarantine.html", {"rows": rows, "total": held.count()})


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Release a held file or refuse it, for a reason that its sender reads."""
    file = visible_or_404(FeedFile.objects.select_related("sender", "owner"), request.user, pk=pk)
    acts = {"release": release_file, "refuse": refuse_file}
    if (act := acts.get(request.POST.get("decision", ""))) is None:
        raise Http404
    require(request.user, Can.DECIDE_QUARANTINE, file)
    require_step_up(request)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return file_page(request, file, form)
    nudge_days_of(act(file, reason=form.cleaned_data["reason"], actor=request.user))
    messages.success(request, _("Done, and recorded."))
    return redirect("officer:feed_file", pk)
