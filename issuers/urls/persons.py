"""The addresses of the people behind an issuer, the ownership chart and filed documents."""

from __future__ import annotations

from django.urls import URLPattern, path

from issuers.views import documents, fit_and_proper, ownership, persons, screening

ONE = "applications/<str:reference>/"
PERSON = "people/<int:pk>/"
#: What officers and the issuer both read, each on their own site.
_READ: list[URLPattern] = [
    path(f"{ONE}people/", persons.persons, name="persons"),
    path(f"{ONE}ownership/", ownership.ownership, name="ownership"),
    path(PERSON, persons.person, name="person"),
    path("documents/<int:pk>/", documents.document, name="document"),
    path("documents/<int:pk>/file/", documents.download, name="document_file"),
    path("documents/<int:pk>/pages/<int:number>.png", documents.page, name="document_page"),
]

officer: list[URLPattern] = [
    *_READ,
    path(f"{ONE}screening/", screening.screen_issuer, name="screen_issuer"),
    path(f"{PERSON}screening/", screening.screen_person, name="screen_person"),
]
portal: list[URLPattern] = [
    *_READ,
    path(f"{PERSON}positions/", persons.positions, name="person_positions"),
    path(f"{PERSON}positions/<int:position>/end/", persons.end_position, name="person_position_end"),
    path(f"{PERSON}form/", fit_and_proper.form, name="person_form"),
    path(f"{PERSON}documents/", persons.papers, name="person_documents"),
    path(f"{PERSON}remove/", persons.remove, name="person_remove"),
    path(f"{ONE}ownership/<int:pk>/remove/", ownership.remove_line, name="shareholding_remove"),
]
public: list[URLPattern] = []
