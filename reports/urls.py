"""The addresses of every page that shows more than one app, and of the public register."""

from __future__ import annotations

from django.urls import path

from reports.views import (
    approvals,
    breaks,
    calendar,
    cases,
    days,
    documents,
    lines,
    outbox,
    outlook,
    recipients,
    register,
    rules,
    schedules,
    screenings,
    stress,
    stress_tests,
    system,
    valuation,
    versions,
    weekly,
)
from reports.views import officer as officer_pages
from reports.views import portal as portal_pages

DAY = "coins/<str:symbol>/days/<str:as_of>/"

_both = [
    path("coins/<str:symbol>/", days.latest_day, name="coin"),
    path(DAY, days.coin_day, name="coin_day"),
    path("reports/", documents.report_list, name="reports"),
    path("reports/<str:reference>/", documents.report, name="report"),
    path("cases/<str:reference>/", cases.case_page, name="case"),
    path("cases/<str:reference>/act/", cases.act, name="case_act"),
    path("coins/<str:symbol>/breaks/", breaks.break_list, name="breaks"),
    path("breaks/<str:reference>/", breaks.break_shown, name="break"),
    path("breaks/<str:reference>/files/<int:pk>/", breaks.break_file, name="break_file"),
    path(f"{DAY}lines/", lines.line_list, name="lines"),
    path(f"{DAY}lines.csv", lines.lines_csv, name="lines_csv"),
    path(f"{DAY}versions/", versions.version_list, name="versions"),
    path("files/<int:pk>/original/", lines.original, name="feed_file_original"),
    path(f"{DAY}valuation/", valuation.valuation, name="valuation"),
    path(f"{DAY}valuation.csv", valuation.valuation_csv, name="valuation_csv"),
    path(f"{DAY}outlook/", outlook.outlook, name="outlook"),
    path("coins/<str:symbol>/stress/", stress.stress, name="stress"),
    path("coins/<str:symbol>/stress.csv", stress.stress_csv, name="stress_csv"),
    path("stress-tests/<str:reference>/report/", stress_tests.report, name="stress_test_report"),
]
officer = [
    path("", officer_pages.home, name="home"),
    path("cases/", cases.case_list, name="cases"),
    path("approvals/", approvals.approval_list, name="approvals"),
    path("reserves/", officer_pages.reserves, name="reserves"),
    path(f"{DAY}run/", days.run_again, name="run_again"),
    path("rules/", rules.rules, name="rules"),
    path("calendar/", calendar.closures, name="closures"),
    path("applications/<str:reference>/committee-pack/", documents.committee_pack, name="committee_pack"),
    path("mail/", outbox.outbox, name="outbox"),
    path("breaks/<str:reference>/decide/", breaks.decide, name="break_decide"),
    path("stress-tests/", stress_tests.officer_list, name="stress_tests"),
    path("stress-tests/<str:reference>/", stress_tests.officer_page, name="stress_test"),
    path("system/", system.system, name="system"),
    path("system.csv", system.system_csv, name="system_csv"),
    path("screenings/<int:pk>/evidence.pdf", screenings.screening_pdf, name="screening_pdf"),
    path("schedules/", schedules.schedule_list, name="schedules"),
    path("schedules/recipients/", recipients.recipient_list, name="recipients"),
    path("schedules/mine/", recipients.own, name="subscriptions"),
    path("schedules/<str:name>/", schedules.schedule_page, name="schedule"),
    path("schedules/<str:name>/run/", schedules.run_now, name="schedule_run"),
    path("schedules/<str:name>/<int:pk>/", schedules.occasion_page, name="occasion"),
    path("schedules/<str:name>/<int:pk>/retry/", schedules.retry, name="occasion_retry"),
    *_both,
]
portal = [
    path("", portal_pages.home, name="home"),
    path("breaks/<str:reference>/explain/", breaks.explain, name="break_explain"),
    path("coins/<str:symbol>/stress-tests/", stress_tests.portal_list, name="stress_tests"),
    path("stress-tests/<str:reference>/", stress_tests.portal_page, name="stress_test"),
    *_both,
]
public = [
    path("", register.register_page, name="register"),
    path("register.csv", register.register_csv, name="register_csv"),
    path("register.json", register.register_json, name="register_json"),
    path("register/<str:number>/", register.entry, name="entry"),
    path("register/<str:number>/certificate.pdf", register.certificate, name="certificate"),
    path("statements/<str:symbol>/<str:as_at>.pdf", weekly.statement_pdf, name="statement_pdf"),
]
