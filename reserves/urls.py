"""The addresses of pages that show reserves alone."""

from __future__ import annotations

from django.urls import path

from reserves.views import (
    attestations,
    chain,
    evidence,
    limits,
    quarantine,
    redemptions,
    reference,
    schedules,
    statements,
    upload,
    upload_history,
)

ATTESTATION = "attestations/<str:reference>/"
_both = [
    path(ATTESTATION, attestations.engagement, name="engagement"),
    path(f"{ATTESTATION}act/", attestations.act, name="engagement_act"),
    path(f"{ATTESTATION}auditors/", attestations.propose, name="auditor_propose"),
    path(f"{ATTESTATION}auditors/<int:pk>/", attestations.auditor_act, name="auditor_act"),
    path(f"{ATTESTATION}days/<str:as_of>/", evidence.evidence, name="evidence"),
    path(f"{ATTESTATION}days/<str:as_of>/act/", evidence.evidence_act, name="evidence_act"),
    path(f"{ATTESTATION}files/<int:pk>/", evidence.evidence_file, name="evidence_file"),
    path(f"{ATTESTATION}again/<int:pk>/", evidence.reperformance, name="reperformance"),
    path(f"{ATTESTATION}again/<int:pk>.<str:form>", evidence.reperformance_file, name="reperformance_file"),
    path(f"{ATTESTATION}samples/", evidence.samples, name="samples"),
    path(f"{ATTESTATION}samples/<int:pk>.csv", evidence.sample_file, name="sample_file"),
    path(f"{ATTESTATION}report/<int:version>.pdf", evidence.report_file, name="attestation_file"),
    path("statements/<int:pk>/", statements.statement, name="statement"),
]

officer = [
    path("files/<int:pk>/", upload.feed_file, name="feed_file"),
    path("reference/", reference.reference, name="references"),
    path("reference/<slug:table>/", reference.reference, name="reference"),
    path("reference/<slug:table>/<int:pk>/", reference.decide, name="reference_decide"),
    path("coins/<str:symbol>/chain/", chain.coin_chain, name="coin_chain"),
    path("coins/<str:symbol>/chain/read/", chain.read_now, name="coin_chain_read"),
    path("coins/<str:symbol>/redemptions/", redemptions.redemptions, name="redemptions"),
    path("coins/<str:symbol>/redemptions.csv", redemptions.redemptions_csv, name="redemptions_csv"),
    path("attestations/", attestations.officer_list, name="attestations"),
    path("statements/", statements.officer_list, name="statements"),
    path("quarantine/", quarantine.quarantine, name="quarantine"),
    path("files/<int:pk>/decide/", quarantine.decide, name="feed_file_decide"),
    path("coins/<str:symbol>/schedule/", schedules.feed_schedule, name="feed_schedule"),
    path("coins/<str:symbol>/schedule/<int:pk>/", schedules.decide_schedule, name="feed_schedule_decide"),
    path("coins/<str:symbol>/senders/", schedules.feed_senders, name="feed_senders"),
    path("coins/<str:symbol>/senders/<int:pk>/", schedules.decide_sender, name="feed_sender_decide"),
    path("coins/<str:symbol>/senders/keys/", schedules.issue_key, name="feed_sender_key"),
    path("coins/<str:symbol>/senders/keys/<int:pk>/revoke/", schedules.revoke, name="feed_sender_key_revoke"),
    path("coins/<str:symbol>/files/", upload_history.upload_history, name="upload_history"),
    *_both,
    path("coins/<str:symbol>/limits/", limits.limits, name="limits"),
    path("coins/<str:symbol>/limits/<int:pk>/", limits.decide, name="limit_decide"),
]
portal = [
    path("coins/<str:symbol>/upload/", upload.upload, name="upload"),
    path("files/<int:pk>/", upload.feed_file, name="feed_file"),
    path("files/<int:pk>/correct/", upload.correct, name="feed_file_correct"),
    path("coins/<str:symbol>/chain/", chain.coin_chain, name="coin_chain"),
    path("coins/<str:symbol>/redemptions/", redemptions.redemptions, name="redemptions"),
    path("coins/<str:symbol>/redemptions.csv", redemptions.redemptions_csv, name="redemptions_csv"),
    path("feeds/<slug:feed>/template.csv", upload.template, name="feed_template"),
    path("attestations/", attestations.engagement_list, name="engagements"),
    path(f"{ATTESTATION}report/", evidence.report, name="attestation_report"),
    path("coins/<str:symbol>/statements/", statements.statement_list, name="statements"),
    path("statements/<int:pk>/act/", statements.statement_act, name="statement_act"),
    path("coins/<str:symbol>/limits/", limits.limits, name="limits"),
    path("coins/<str:symbol>/limits/<int:pk>/notice/", limits.notify, name="limit_notice"),
    path("coins/<str:symbol>/files/", upload_history.upload_history, name="upload_history"),
    *_both,
]
public = [
    path("statements/<str:symbol>/", statements.public_statements, name="statements"),
    path("statements/<str:symbol>.<str:form>", statements.public_statements_file, name="statements_file"),
    path("attestations/<str:reference>/<int:version>.pdf", statements.public_report, name="attestation"),
    path("attestations/<str:reference>/draw.json", statements.public_draw, name="attestation_draw"),
]
