"""Officers read what the register says, and correct it with the difference before their eyes."""

from __future__ import annotations

import pytest

from core.models import AuditEvent
from issuers.models import RegisterEntry

pytestmark = pytest.mark.django_db
ADDRESS = "/en/officer/register/FRS01/"


@pytest.fixture
def sent(issuer):
    body = issuer.organisation
    return {
        "name_en": body.name_en, "name_zh_hant": body.name_zh_hant, "name_zh_hans": body.name_zh_hans,
        "address_en": "2 Lion Rock Road, Hong Kong", "address_zh_hant": "", "email": issuer.email, "website": "",
        "reason": "Wrong number of the house.",
    }


def test_the_difference_is_shown_before_anything_is_published(sent, cy, confirmed_client_for):
    page = confirmed_client_for(cy).post(ADDRESS, sent)
    text = page.content.decode()
    assert page.status_code == 200
    assert "<del>1 Lion Rock Road, Hong Kong</del>" in text
    assert "<ins>2 Lion Rock Road, Hong Kong</ins>" in text
    assert RegisterEntry.objects.count() == 1


def test_a_correction_is_published_after_step_up_and_the_public_sees_it(sent, cy, client_for, confirmed_client_for, client):
    unconfirmed = client_for(cy).post(ADDRESS, sent | {"step": "publish"})
    assert "reauthenticate" in unconfirmed["Location"]
    assert RegisterEntry.objects.count() == 1
    assert confirmed_client_for(cy).post(ADDRESS, sent | {"step": "publish"}).status_code == 302
    assert RegisterEntry.objects.get(version=2).event == "corrected"
    public = client.get("/en/register/FRS01/").content.decode()
    assert "2 Lion Rock Road, Hong Kong" in public
    assert "Wrong number of the house." not in public
    assert cy.name not in public
    assert AuditEvent.objects.filter(verb="issuers.register.corrected", actor=cy).count() == 1


@pytest.mark.parametrize(
    "wrong", [{"reason": ""}, {"email": "nobody"}, {"name_en": ""}, {"address_en": "1 Lion Rock Road, Hong Kong"},
              {"address_en": "a\x00b"}, {"website": "javascript:alert(1)"}]
)
def test_a_correction_that_is_not_one_is_answered_in_the_form(sent, cy, confirmed_client_for, wrong):
    answer = confirmed_client_for(cy).post(ADDRESS, sent | wrong | {"step": "publish"})
    assert answer.status_code == 422
    assert RegisterEntry.objects.count() == 1


def test_others_read_and_do_not_correct(sent, bo, ann, client_for, confirmed_client_for):
    assert "Show the difference" not in client_for(bo).get(ADDRESS).content.decode()
    assert confirmed_client_for(bo).post(ADDRESS, sent | {"step": "publish"}).status_code == 403
    assert client_for(ann).get(ADDRESS).status_code == 404
    assert client_for(bo).get("/en/officer/register/FRS99/").status_code == 404
    assert RegisterEntry.objects.count() == 1
