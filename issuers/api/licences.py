"""The API of licences, conditions, fees and proposals: read by keys whose role may view the licence."""

from __future__ import annotations

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import require, visible_or_404
from core.api.endpoints import Endpoint, in_path
from core.api.pages import PageQuery, page
from core.api.schema import described, paged
from core.roles import Can
from issuers.api.licence_shapes import ConditionShape, FeeShape, LicenceShape, ProposalShape
from issuers.models import Licence
from issuers.selectors.licences import conditions_for, fees_for, licences_for, proposals_for

TAG = _("Licences")
NUMBER = in_path("number", _("Licence number"))


def licence_of(request: Request, number: str) -> Licence:
    """Return the licence, if it is the caller's to know of."""
    licence = visible_or_404(licences_for(request.user), request.user, number=number)
    require(request.user, Can.VIEW_LICENCE, licence)
    return licence


class Licences(Endpoint):
    """All licences of one's own; of everybody for the authority."""

    query = PageQuery

    @described("licences_list", TAG, _("List licences"), paged(LicenceShape), query=PageQuery)
    def get(self, request: Request) -> Response:
        require(request.user, Can.VIEW_LICENCE)
        return page(request, licences_for(request.user), LicenceShape, self.asked)


class OneLicence(Endpoint):
    """One licence."""

    @described("licences_read", TAG, _("Read a licence"), LicenceShape, parameters=(NUMBER,))
    def get(self, request: Request, number: str) -> Response:
        return Response(LicenceShape(licence_of(request, number)).data)


class Conditions(Endpoint):
    """Conditions of one licence, those no longer in force too."""

    query = PageQuery

    @described("licences_conditions", TAG, _("List the conditions of a licence"), paged(ConditionShape),
               query=PageQuery, parameters=(NUMBER,))
    def get(self, request: Request, number: str) -> Response:
        rows = conditions_for(request.user).filter(licence=licence_of(request, number))
        return page(request, rows, ConditionShape, self.asked)


class Fees(Endpoint):
    """Fees of one licence, newest first."""

    query = PageQuery

    @described("licences_fees", TAG, _("List the fees of a licence"), paged(FeeShape), query=PageQuery,
               parameters=(NUMBER,))
    def get(self, request: Request, number: str) -> Response:
        return page(request, fees_for(request.user).filter(licence=licence_of(request, number)), FeeShape, self.asked)


class Proposals(Endpoint):
    """Proposals on one licence, newest first; one without a hearing is shown once it is decided."""

    query = PageQuery

    @described("licences_proposals", TAG, _("List the proposals on a licence"), paged(ProposalShape), query=PageQuery,
               parameters=(NUMBER,))
    def get(self, request: Request, number: str) -> Response:
        rows = proposals_for(request.user).filter(licence=licence_of(request, number))
        return page(request, rows, ProposalShape, self.asked)


urlpatterns: list[URLPattern] = [
    path("licences/", Licences.as_view(), name="licences"),
    path("licences/<str:number>/", OneLicence.as_view(), name="licence"),
    path("licences/<str:number>/conditions/", Conditions.as_view(), name="licence_conditions"),
    path("licences/<str:number>/fees/", Fees.as_view(), name="licence_fees"),
    path("licences/<str:number>/proposals/", Proposals.as_view(), name="licence_proposals"),
]
