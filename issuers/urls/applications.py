"""The addresses of the applicant's side of an application."""

from __future__ import annotations

from django.urls import URLPattern, path

from issuers.views import applications, filed, modules, replies, signing

ONE = "applications/<str:reference>/"
officer: list[URLPattern] = []
portal: list[URLPattern] = [
    path("applications/", applications.start, name="application_start"),
    path(ONE, applications.application, name="application"),
    path(f"{ONE}status/", applications.status, name="application_status"),
    path(f"{ONE}withdraw/", applications.withdraw, name="application_withdraw"),
    path(f"{ONE}modules/<str:key>/", modules.module, name="application_module"),
    path(f"{ONE}answers/<str:key>/", modules.answer, name="application_answer"),
    path(f"{ONE}documents/", filed.documents, name="application_documents"),
    path(f"{ONE}documents/slot/<str:number>/", filed.file_document, name="application_file"),
    path(f"{ONE}documents/<int:pk>/", filed.download, name="application_document"),
    path(f"{ONE}documents/<int:pk>/remove/", filed.remove, name="application_remove"),
    path(f"{ONE}check/", signing.check, name="application_check"),
    path(f"{ONE}prepare/", signing.prepare, name="application_prepare"),
    path(f"{ONE}reopen/", signing.reopen, name="application_reopen"),
    path(f"{ONE}sign/", signing.sign, name="application_sign"),
    path(f"{ONE}receipts/<int:number>/", signing.receipt, name="application_receipt"),
    path(f"{ONE}requests/<int:number>/", replies.information_request, name="application_request"),
    path(f"{ONE}requests/<int:number>/<int:item>/", replies.reply, name="application_reply"),
]
public: list[URLPattern] = []
