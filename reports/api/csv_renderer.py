"""The register as a table that a spreadsheet opens."""

from __future__ import annotations

import csv
import io
from typing import Any

from rest_framework.renderers import BaseRenderer, JSONRenderer

from reports.api.serializers import as_table

#: A cell that begins like this is a formula to a spreadsheet.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


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
        out = io.StringIO()
        for row in as_table(data.get("results", [data])):
            csv.writer(out).writerow([f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell for cell in row])
        return out.getvalue().encode()
