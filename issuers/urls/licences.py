"""The addresses of licences, conditions, fees and proposals."""

from __future__ import annotations

from django.urls import URLPattern, path

from issuers.views import licences, own_licence, proposals

_DOCUMENT = path(
    "proposals/<str:reference>/documents/<int:pk>/", proposals.document, name="proposal_document"
)
officer: list[URLPattern] = [
    path("licences/", licences.licence_list, name="licences"),
    path("licences/<str:number>/", licences.licence_page, name="licence"),
    path("licences/<str:number>/propose/", proposals.choose_power, name="propose"),
    path("licences/<str:number>/propose/<slug:kind>/", proposals.propose_power, name="propose_power"),
    path("fees/<str:invoice>/pay/", licences.pay_fee, name="fee_pay"),
    path("fees/<str:invoice>/take-back/", licences.take_back_fee, name="fee_take_back"),
    path("proposals/<str:reference>/", proposals.proposal_page, name="proposal"),
    path("proposals/<str:reference>/decide/", proposals.decide, name="proposal_decide"),
    path("proposals/<str:reference>/drop/", proposals.drop, name="proposal_drop"),
    path("proposals/<str:reference>/tribunal/", proposals.tribunal, name="proposal_tribunal"),
    _DOCUMENT,
]
portal: list[URLPattern] = [
    path("licence/", own_licence.licence_page, name="licence"),
    path("licence/<str:number>/", own_licence.earlier_licence, name="licence_of_number"),
    path("proposals/<str:reference>/", own_licence.proposal_page, name="proposal"),
    _DOCUMENT,
]
public: list[URLPattern] = []
