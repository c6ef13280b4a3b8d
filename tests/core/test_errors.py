"""Refusals carry what the page, the API and the command need to answer."""

from __future__ import annotations

import pytest

from core.errors import FeedRefused, NotPermitted, Refusal, Refused


@pytest.mark.parametrize(
    "kind, status, code",
    [
        (Refused, 409, "refused"),
        (NotPermitted, 403, "not_permitted"),
        (FeedRefused, 422, "feed_refused"),
    ],
)
def test_each_refusal_has_its_status_code_and_message(kind, status, code):
    refusal = kind("The licence is suspended.")
    assert isinstance(refusal, Refusal)
    assert (refusal.status_code, refusal.code, refusal.permanent) == (status, code, True)
    assert (refusal.message, str(refusal)) == ("The licence is suspended.", "The licence is suspended.")


def test_a_refusal_may_name_its_own_code_and_pass_with_time():
    refusal = Refused("Held by another officer.", code="locked", permanent=False)
    assert (refusal.code, refusal.permanent) == ("locked", False)


def test_a_refused_file_carries_its_problems_and_how_many_there_were():
    refusal = FeedRefused("Refused.", problems=("one", "two"), problem_count=50)
    assert (refusal.problems, refusal.problem_count) == (("one", "two"), 50)
    assert FeedRefused("Refused.", problems=("one", "two")).problem_count == 2
