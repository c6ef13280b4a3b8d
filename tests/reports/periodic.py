"""A small world in October 2026 for reports by month and quarter: three judged days of one coin, one of them short."""

from __future__ import annotations

import functools
import json
from datetime import date
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from core.findings import canonical, digest_of
from issuers.models import Coin
from reports.services.documents import FORMS, document
from reserves.models import ReserveDay
from tests.reserves.attesting import day_files, judged
from tests.reserves.redemptions import asked, statements

LAST = date(2026, 10, 31)
WEDNESDAY, THURSDAY, FRIDAY = (date(2026, 10, day) for day in (28, 29, 30))
#: Asked on Monday and still open on Thursday: three business days; and one that was paid the day after.
REQUESTS = [asked("R-1", "2026-10-26T10:00"), asked("R-2", "2026-10-28T10:00", "2026-10-29T09:00")]


def october(coin: Coin) -> list[ReserveDay]:
    """Judge Wednesday to Friday: 99 million backed by 100, by 98, and by 100 again."""
    short = day_files(THURSDAY, coin.symbol)["holdings"].decode().replace("60000000.00", "58000000.00").encode()
    return [
        judged(coin, WEDNESDAY), judged(coin, THURSDAY, holdings=short, **statements(REQUESTS, [])),
        judged(coin, FRIDAY),
    ]


def html_of(facts: dict[str, Any], language: str) -> str:
    """Return what a document says in a language, before it is laid out."""
    form = FORMS[facts["schema"]]
    with translation.override(language):
        return render_to_string(form.template, form.printed(facts, digest_of(facts)))


@functools.cache
def _pdf(text: bytes) -> bytes:
    return document(json.loads(text))


def pdf_of(facts: dict[str, Any]) -> bytes:
    """Return the document in English, laid out once for equal facts."""
    return _pdf(canonical(facts))
