"""Which address leads where: three sites under a language, one API without."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from aml import urls as aml
from issuers import urls as issuers
from reports import urls as reports
from reserves import urls as reserves

urlpatterns = [
    path("api/v1/", include("config.api")),
    *i18n_patterns(
        path("accounts/", include("allauth.urls")),
        path("officer/", include(([*reports.officer, *issuers.officer, *reserves.officer, *aml.officer], "officer"))),
        path("portal/", include(([*reports.portal, *issuers.portal, *reserves.portal, *aml.portal], "portal"))),
        path("", include(([*reports.public, *issuers.public, *reserves.public], "public"))),
    ),
]
