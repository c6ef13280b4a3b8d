"""The addresses of obligations, notices, consents and complaints."""

from __future__ import annotations

from django.urls import URLPattern, path

from issuers.views import complaints, consents, duties, enclosures, event_notices

officer: list[URLPattern] = [
    path("duties/", duties.all_duties, name="duties"),
    path("duties/<slug:slug>/", duties.issuer_duties, name="issuer_duties"),
    path("duties/obligations/<int:pk>/act/", duties.act, name="obligation_act"),
    path("notices/", event_notices.officer_list, name="notices"),
    path("notices/<str:reference>/", event_notices.officer_page, name="notice"),
    path("notices/<str:reference>/act/", event_notices.officer_act, name="notice_act"),
    path("consents/", consents.officer_list, name="consents"),
    path("consents/<str:reference>/", consents.officer_page, name="consent"),
    path("consents/<str:reference>/act/", consents.officer_act, name="consent_act"),
    path("complaints/", complaints.officer_list, name="complaints"),
]
portal: list[URLPattern] = [
    path("duties/", duties.own_duties, name="duties"),
    path("notify/", event_notices.chooser, name="notify"),
    path("notify/<slug:kind>/", event_notices.start, name="notify_event"),
    path("notices/<str:reference>/", event_notices.portal_page, name="event_notice"),
    path("notices/<str:reference>/withdraw/", event_notices.withdraw, name="event_notice_withdraw"),
    path("notices/<str:reference>/documents/", enclosures.enclose, {"page": "event_notice"}, name="event_notice_file"),
    path("consents/", consents.portal_list, name="consents"),
    path("consents/<str:reference>/", consents.portal_page, name="consent"),
    path("consents/<str:reference>/act/", consents.portal_act, name="consent_act"),
    path("consents/<str:reference>/documents/", enclosures.enclose, {"page": "consent"}, name="consent_file"),
    path("enclosures/<int:pk>/remove/", enclosures.take_out, name="enclosure_remove"),
    path("complaints/", complaints.portal_list, name="complaints"),
]
public: list[URLPattern] = []
