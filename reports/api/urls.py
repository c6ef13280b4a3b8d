"""The addresses of the API under which reports, the register and its own documentation are read."""

from __future__ import annotations

from django.urls import path

from reports.api import correspondence, docs, documents, register, schedules, verification, views

urlpatterns = [
    path("", docs.reference_page, name="docs"),
    path("openapi.json", docs.OpenApiJson.as_view(), name="openapi_json"),
    path("openapi.yaml", docs.OpenApiYaml.as_view(), name="openapi_yaml"),
    path("coins/<str:symbol>/reports/", views.CoinReports.as_view(), name="coin_reports"),
    path("reports/", views.Reports.as_view(), name="reports"),
    path("reports/<str:reference>/", views.OneReport.as_view(), name="report"),
    path("reports/<str:reference>/annexes/<str:name>", documents.ReportAnnex.as_view(), name="report_annex"),
    path("reports/<str:reference>/documents/", documents.ReportDocuments.as_view(), name="report_documents"),
    path("reports/<str:reference>/pdf/", views.ReportDocument.as_view(), name="report_pdf"),
    path("verify/", verification.VerifyReport.as_view(), name="verify"),
    path("register.csv", register.RegisterTable.as_view(), name="register_csv"),
    path("register/", register.Register.as_view(), name="register"),
    path("register/check", register.RegisterCheck.as_view(), name="register_check"),
    path("register/<str:number>/", register.OneEntry.as_view(), name="entry"),
    path("warnings/", register.Warnings.as_view(), name="warnings"),
    path("schedules/", schedules.Schedules.as_view(), name="schedules"),
    *correspondence.urlpatterns,
]
