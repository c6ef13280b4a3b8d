"""The API, version 1: the endpoints of all apps under one address, without a language prefix."""

from __future__ import annotations

from django.urls import re_path

from aml.api.urls import urlpatterns as aml
from core.api.endpoints import NoSuchAddress
from issuers.api.urls import urlpatterns as issuers
from reports.api.urls import urlpatterns as reports
from reserves.api.urls import urlpatterns as reserves

app_name = "api"
urlpatterns = [*reports, *issuers, *reserves, *aml, re_path(r"", NoSuchAddress.as_view(), name="no_such_address")]
