"""The addresses of the officers' side of an application."""

from __future__ import annotations

from django.urls import URLPattern, path

from issuers.views import decisions, pipeline, records, requests, review

ONE = "applications/<str:reference>/"

officer: list[URLPattern] = [
    path("applications/", pipeline.applications, name="applications"),
    path("workload/", pipeline.workload_page, name="workload"),
    path("workload/teams/<slug:team>/", pipeline.team_members, name="team"),
    path(ONE, review.overview, name="application"),
    path(f"{ONE}act/", review.act, name="application_act"),
    path(f"{ONE}assessment/", review.assessment, name="application_assessment"),
    path(f"{ONE}assessment/<slug:criterion>/", review.criterion_page, name="criterion"),
    path(f"{ONE}versions/", review.versions, name="application_versions"),
    path(f"{ONE}persons/", records.persons, name="application_persons"),
    path(f"{ONE}persons/overrides/<int:pk>/", records.confirm, name="override_confirm"),
    path(f"{ONE}record/", records.record, name="application_record"),
    path(f"{ONE}record/note/", records.note, name="application_note"),
    path(f"{ONE}requests/", requests.request_list, name="application_requests"),
    path(f"{ONE}requests/new/", requests.new_request, name="request_new"),
    path(f"{ONE}requests/<int:number>/", requests.request_page, name="request"),
    path(f"{ONE}requests/<int:number>/act/", requests.act, name="request_act"),
    path(f"{ONE}decision/", decisions.decision, name="application_decision"),
    path(f"{ONE}recommend/", decisions.recommend_page, name="application_recommend"),
    path(f"{ONE}decide/", decisions.decide_page, name="application_decide"),
]
portal: list[URLPattern] = []
public: list[URLPattern] = []
