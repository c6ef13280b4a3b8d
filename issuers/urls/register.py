"""The addresses of warnings, of the register's history and of what changed in public."""

from __future__ import annotations

from django.urls import URLPattern, path

from issuers.views import changes, register, warnings

officer = [
    path("register/", register.officer_register, name="register"),
    path("register/<str:number>/", register.officer_entry, name="register_entry"),
    path("warnings/", warnings.officer_warnings, name="warnings"),
    path("warnings/new/", warnings.new_warning, name="warning_new"),
    path("warnings/<str:reference>/", warnings.officer_warning, name="warning"),
    path("warnings/<str:reference>/edit/", warnings.edit_warning, name="warning_edit"),
    path("warnings/<str:reference>/act/", warnings.act_on_warning, name="warning_act"),
    path("warnings/<str:reference>/evidence/", warnings.warning_evidence, name="warning_evidence"),
]
portal: list[URLPattern] = []
public = [
    path("warnings/", warnings.warning_list, name="warnings"),
    path("warnings.csv", warnings.warnings_csv, name="warnings_csv"),
    path("warnings.json", warnings.warnings_json, name="warnings_json"),
    path("warnings/<str:reference>/", warnings.warning, name="warning"),
    path("changes.atom", changes.changes_atom, name="changes_atom"),
]
