"""Endpoints for lists: how fresh they are, their versions and entries, loading one, what became of a load."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from aml import tasks
from aml.api.shapes import EntryQuery, EntryShape, FreshnessShape, ListForm, LoadQuery, LoadShape, VersionShape
from aml.models import ListLoad, Source
from aml.selectors.freshness import list_freshness
from aml.selectors.list_entries import entries_shown, versions_for
from aml.selectors.list_loads import loads_for
from aml.services.watchlists import load_watchlist
from core.access import require, visible_or_404
from core.api.endpoints import Endpoint, in_path
from core.api.pages import PageQuery, page
from core.api.schema import described, paged
from core.api.serializers import Refusal
from core.roles import Can

TAG = _("Lists")
SOURCE = in_path("source", _("Whose list it is"), enum=Source.values)
NUMBER = in_path("number", _("Number of the version"), pattern=r"^[1-9][0-9]{0,8}$")
STATUS = {ListLoad.Outcome.LOADED: 201, ListLoad.Outcome.UNCHANGED: 200, ListLoad.Outcome.REFUSED: 422}


class AmlEndpoint(Endpoint):
    """An address that only the authority's programs know of: to any other key there is nothing here."""

    may = Can.VIEW_ALERTS

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not request.user.is_authority or kwargs.get("source", Source.OFAC) not in Source.values:
            raise Http404
        require(request.user, self.may)


class Watchlists(AmlEndpoint):
    """Every list."""

    @described("watchlists_list", TAG, _("List the lists and how fresh they are"), FreshnessShape(many=True))
    def get(self, request: Request) -> Response:
        return Response(FreshnessShape(list_freshness(), many=True).data)


class LoadWatchlist(AmlEndpoint):
    """The files of one list."""

    may = Can.LOAD_WATCHLISTS
    parser_classes = [MultiPartParser]

    @described(
        "watchlists_load", TAG, _("Load a list"), LoadShape, parameters=(SOURCE,),
        request={"multipart/form-data": ListForm},
        answers={201: LoadShape, 409: Refusal, 415: Refusal, 422: LoadShape},
        description=_("201: a new version. 200: the files of the version in force. 422: refused; nothing changed."),
    )
    def post(self, request: Request, source: str) -> Response:
        stated = {name: value for name, value in request.data.dict().items() if name != "file"}
        sent = request.data.getlist("file")
        form = ListForm(data=stated | ({"file": sent} if sent else {}))
        form.is_valid(raise_exception=True)
        files = [(file.name, file.read()) for file in form.validated_data["file"]]
        load = load_watchlist(source, files, actor=request.user, published_on=form.validated_data.get("published_on"))
        tasks.nudge_screening(load)
        return Response(LoadShape(load).data, status=STATUS[ListLoad.Outcome(load.outcome)])


class Versions(AmlEndpoint):
    """The versions of one list, the newest first."""

    query = PageQuery

    @described("watchlists_versions", TAG, _("List the versions of a list"), paged(VersionShape), query=PageQuery,
               parameters=(SOURCE,))
    def get(self, request: Request, source: str) -> Response:
        return page(request, versions_for(request.user, source), VersionShape, self.asked)


class Entries(AmlEndpoint):
    """The entries of one version, or those that it added, changed or removed."""

    query = EntryQuery

    @described("watchlists_entries", TAG, _("List the entries of a version, or what it changed"), paged(EntryShape),
               query=EntryQuery, parameters=(SOURCE, NUMBER))
    def get(self, request: Request, source: str, number: int) -> Response:
        version = visible_or_404(versions_for(request.user, source), request.user, number=number)
        shown = entries_shown(version, self.asked["part"], self.asked.get("q", ""))
        return page(request, shown, EntryShape, self.asked)


class Loads(AmlEndpoint):
    """Every try to load a list, the latest first."""

    query = LoadQuery

    @described("watchlists_loads", TAG, _("List the loads"), paged(LoadShape), query=LoadQuery)
    def get(self, request: Request) -> Response:
        rows = loads_for(request.user).filter(**self.wanted(list="source", outcome="outcome"))
        return page(request, rows, LoadShape, self.asked)


class OneLoad(AmlEndpoint):
    """One try to load a list."""

    @described("watchlists_loaded", TAG, _("Read what became of a load"), LoadShape)
    def get(self, request: Request, pk: int) -> Response:
        return Response(LoadShape(visible_or_404(loads_for(request.user), request.user, pk=pk)).data)
