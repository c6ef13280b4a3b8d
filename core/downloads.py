"""Answers that anybody may keep and ask again for: tables, JSON and feeds with what a cache needs to know."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date, quote_etag

#: A cell that begins like this is a formula to a spreadsheet.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
#: Kinds of characters that show nothing: a spreadsheet may drop them and run what stands behind.
UNSEEN = ("Zs", "Zl", "Zp", "Cf", "Cc")
#: A number as an account writes it. A code with zeros before it, such as 007, is none.
WRITTEN_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
#: How long, in seconds, an answer may be shown without asking again.
FRESH = 300


def safe_cell(value: object) -> str:
    """Return a cell's text; what a spreadsheet would run as a formula has an apostrophe before it.

    A number is no text: a negative one stays a number.
    """
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    text = "" if value is None else str(value)
    first = next((char for char in text if char in FORMULA_SIGNS or unicodedata.category(char) not in UNSEEN), "")
    return f"'{text}" if first in FORMULA_SIGNS else text


def figure(value: object) -> object:
    """Return an amount or ratio that an account keeps as text as the number that it is; anything else as given."""
    return Decimal(value) if isinstance(value, str) and WRITTEN_NUMBER.fullmatch(value) else value


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """Return rows as CSV (RFC 4180) that is safe to open in a spreadsheet."""
    out = io.StringIO()
    csv.writer(out).writerows([safe_cell(cell) for cell in row] for row in rows)
    return out.getvalue()


def published(
    request: HttpRequest, body: str | bytes, content_type: str, *, changed_at: datetime | None = None,
    filename: str = "",
) -> HttpResponse:
    """Answer with public data: 304 to who has these very bytes, and what caches need in any case."""
    raw = body.encode() if isinstance(body, str) else body
    response = HttpResponse(raw, content_type=content_type)
    response["ETag"] = quote_etag(hashlib.sha256(raw).hexdigest()[:32])
    modified = int(changed_at.timestamp()) if changed_at else None
    if modified is not None:
        response["Last-Modified"] = http_date(modified)
    if filename:
        response["Content-Disposition"] = f'attachment; filename="{filename}"'
    patch_cache_control(response, public=True, max_age=FRESH)
    return get_conditional_response(request, response["ETag"], modified, response) or response
