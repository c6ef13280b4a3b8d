"""The register as a table that a spreadsheet opens."""

from __future__ import annotations

from typing import Any

from rest_framework.renderers import BaseRenderer, JSONRenderer

from core.downloads import csv_text
from issuers.builders.open_data import entry_rows


class RegisterCsv(BaseRenderer):
    """Renders a page of the register, or one entry, as CSV (RFC 4180); refusals stay JSON."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        response = renderer_context["response"]
        if response.status_code >= 400:
            response["Content-Type"] = JSONRenderer.media_type
            return JSONRenderer().render(data)
        return csv_text(entry_rows(data.get("results", [data]))).encode()
