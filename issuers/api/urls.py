"""The addresses of the endpoints of licensing."""

from __future__ import annotations

from issuers.api import applications, duties, licences

urlpatterns = [*applications.urlpatterns, *licences.urlpatterns, *duties.urlpatterns]
