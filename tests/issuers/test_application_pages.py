"""The applicant's pages of an application: what they show, what they refuse, what they keep."""

import pytest
from django.urls import reverse

from issuers.models import Application
from tests.issuers.filled import begin, fill

pytestmark = pytest.mark.django_db


def address(name: str, application: Application, *args) -> str:
    return reverse(f"portal:{name}", args=[application.reference, *args])


@pytest.fixture
def draft(issuer):
    return begin(issuer)


PAGES = ["application", "application_status", "application_documents", "application_check", "application_prepare"]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_an_empty_draft_opens(page, draft, ann, client_for):
    answer = client_for(ann).get(address(page, draft))
    assert answer.status_code == 200
    assert "Nothing is saved yet. Not submitted." in answer.content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_a_filled_draft_opens(page, draft, ann, client_for):
    fill(draft, ann)
    answer = client_for(ann).get(address(page, draft))
    assert answer.status_code == 200
