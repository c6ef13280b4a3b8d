"""The addresses of the API under which AML is filed and read."""

from __future__ import annotations

from aml.api import oversight

urlpatterns = [*oversight.urlpatterns]
