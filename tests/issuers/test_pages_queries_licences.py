"""How many questions the pages of licences ask of the database: few, and no more when there is more to show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.access import SYSTEM
from issuers.models import Proposal
from issuers.services.conditions import attach_condition
from issuers.services.fees import raise_fee
from issuers.services.issuers import register_issuer
from issuers.services.licences import record_licence
from issuers.services.proposals import represent
from tests.issuers.licensing import OTHER, proposed
from tests.issuers.pdfs import pdf_of

pytestmark = pytest.mark.django_db


def _proposal() -> str:
    return Proposal.objects.order_by("pk")[0].reference


#: Page: who reads it, its address, the questions that it asks at most.
PAGES: dict[str, tuple[str, Callable[[], str], int]] = {
    "licences": ("bo", lambda: reverse("officer:licences"), 16),
    "licence": ("bo", lambda: reverse("officer:licence", args=["FRS01"]), 21),
    "powers": ("bo", lambda: reverse("officer:propose", args=["FRS01"]), 15),
    "form of a power": ("bo", lambda: reverse("officer:propose_power", args=["FRS01", "vary_condition"]), 17),
    "proposal": ("bo", lambda: reverse("officer:proposal", args=[_proposal()]), 20),
    "own licence": ("ann", lambda: reverse("portal:licence"), 20),
    "own proposal": ("ann", lambda: reverse("portal:proposal", args=[_proposal()]), 17),
}


def _questions(client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def _grow(licence, bo, ann, years: range) -> None:
    for year in years:
        attach_condition(licence, terms=OTHER, in_force_from=date(2026, 11, 1), actor=SYSTEM)
        raise_fee(licence, years=year, actor=SYSTEM)
        proposal = proposed(licence, "sanction", bo, terms={"measures": ["reprimand", "caution"][: 1 + year % 2]})
        for number, each in enumerate((proposal, Proposal.objects.order_by("pk")[0])):
            represent(each, text="No.", documents=[(pdf_of(f"Letter {year}.{number}"), "a.pdf")], actor=ann)


def test_pages_ask_little_and_no_more_when_there_is_more(issuer, coin, bo, ann, client_for, monkeypatch, tmp_path):
    at = tmp_path / "clock"
    at.write_text("2026-11-20T09:30:00+08:00")
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(at))
    _grow(issuer.licence, bo, ann, range(1))
    people = {"bo": client_for(bo), "ann": client_for(ann)}
    for who, address, _most in PAGES.values():  # what is remembered between requests is not the matter here
        _questions(people[who], address())
    few = {name: _questions(people[who], address()) for name, (who, address, _most) in PAGES.items()}

    _grow(issuer.licence, bo, ann, range(1, 5))
    for number in range(3, 8):
        other = register_issuer(name_en=f"Issuer {number} Limited", actor=SYSTEM)
        record_licence(other, number=f"FRS0{number}", effective_on=date(2026, 1, 5), actor=SYSTEM)
    many = {name: _questions(people[who], address()) for name, (who, address, _most) in PAGES.items()}

    assert {name: (few[name], count) for name, count in many.items() if count > few[name]} == {}
    assert {name: count for name, count in many.items() if count > PAGES[name][2]} == {}
