"""How many questions the applicant's pages ask of the database: few, and no more for a filled application."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.issuers.filled import begin, fill

pytestmark = pytest.mark.django_db
#: Page, parts of its address, the questions it asks at most.
PAGES = {
    "application": ((), 36), "application_module": (("coin",), 34), "application_documents": ((), 22),
    "application_check": ((), 34), "application_status": ((), 24), "application_prepare": ((), 32),
}


def test_pages_ask_little_and_no_more_when_there_is_more(issuer, ann, client_for):
    draft, client = begin(issuer), client_for(ann)

    def asked(name: str) -> int:
        with CaptureQueriesContext(connection) as questions:
            answer = client.get(reverse(f"portal:{name}", args=[draft.reference, *PAGES[name][0]]))
            assert answer.status_code == 200
        return len(questions)

    for name in PAGES:  # what is remembered between requests is not the matter here
        asked(name)
    empty = {name: asked(name) for name in PAGES}
    fill(draft, ann)
    filled = {name: asked(name) for name in PAGES}
    # A filled one has people: their positions, forms and files are read together, once.
    assert {name: (empty[name], count) for name, count in filled.items() if count > empty[name] + 4} == {}
    assert {name: count for name, count in filled.items() if count > PAGES[name][1]} == {}
