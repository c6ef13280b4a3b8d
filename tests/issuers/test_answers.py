"""Two people fill in one form: each answer is saved by itself, and nothing is overwritten unseen."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import NotPermitted, Refused
from core.models import AuditEvent
from issuers.answer_values import Unreadable
from issuers.models import Answer, Application
from issuers.services.answers import AnswerConflict, save_answer
from tests.issuers.filled import begin

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(issuer):
    return begin(issuer)


def save(draft, actor, value, base=0, key="coin.name"):
    return save_answer(draft, key=key, value=value, base_version=base, actor=actor)


def test_an_answer_is_kept_with_who_when_and_a_version_that_rises(draft, ann, amy):
    assert save(draft, ann, "Lion Rock Dollar").version == 1
    second = save(draft, amy, "Lion Rock HKD", base=1)
    assert (second.value, second.version, second.changed_by, second.changed_by_label) == (
        "Lion Rock HKD", 2, amy, amy.label)
    assert [event.data["version"] for event in AuditEvent.objects.filter(verb="issuers.answer.saved").order_by("pk")] == [
        1, 2]


def test_the_same_value_twice_is_one_save(draft, ann, amy):
    save(draft, ann, "Lion Rock Dollar")
    events = AuditEvent.objects.count()
    again = save(draft, amy, " Lion Rock  Dollar ")
    assert (again.version, again.changed_by, AuditEvent.objects.count()) == (1, ann, events)


def test_an_empty_answer_to_what_was_never_answered_leaves_no_row(draft, ann):
    assert save(draft, ann, "").version == 0
    assert not Answer.objects.exists()


def test_an_answer_can_be_emptied_again(draft, ann):
    save(draft, ann, "Lion Rock Dollar")
    assert (save(draft, ann, "", base=1).value, Answer.objects.get().version) == (None, 2)


def test_a_stale_save_is_refused_and_says_what_stands(draft, ann, amy):
    save(draft, ann, "Lion Rock Dollar")
    save(draft, amy, "Amy's name", base=1)
    events = AuditEvent.objects.count()
    with pytest.raises(AnswerConflict) as conflict:
        save(draft, ann, "Ann's name", base=1)
    standing = conflict.value.standing
    assert (standing.value, standing.changed_by, standing.version) == ("Amy's name", amy, 2)
    assert str(conflict.value) == f"{amy.label} changed this answer meanwhile. Yours is not saved."
    assert (Answer.objects.get().value, AuditEvent.objects.count()) == ("Amy's name", events)


def test_two_who_both_answer_first_conflict_too(draft, ann, amy):
    save(draft, ann, "Ann's name")
    with pytest.raises(AnswerConflict):
        save(draft, amy, "Amy's name")
    assert Answer.objects.get().value == "Ann's name"


def test_yes_and_one_are_different_answers(draft, ann):
    save(draft, ann, True, key="declarations.refused")
    with pytest.raises(Unreadable):
        save(draft, ann, 1, base=1, key="declarations.refused")
    assert Answer.objects.get().value is True


@pytest.mark.parametrize("status", [state for state in Application.Status.values if state not in ("draft", "returned")])
def test_only_what_is_open_for_changes_is_changed(status, issuer, ann):
    draft = begin(issuer, status=status)
    with pytest.raises(Refused) as refused:
        save(draft, ann, "Lion Rock Dollar")
    assert refused.value.code == "not_editable"
    assert not Answer.objects.exists()


@pytest.mark.parametrize("who", ["eli", "ian", "bo"])
def test_only_the_issuers_editors_answer(who, draft, request):
    with pytest.raises(NotPermitted):
        save(draft, request.getfixturevalue(who), "Lion Rock Dollar")
    assert (Answer.objects.count(), AuditEvent.objects.filter(verb="issuers.answer.saved").count()) == (0, 0)


def test_what_the_form_does_not_ask_is_not_stored(draft, ann):
    for key in ("coin.nothing", "nothing.name", "stablecoin_manager.staff", "coin"):
        with pytest.raises(Refused) as refused:
            save(draft, ann, "x", key=key)
        assert refused.value.code == "unknown_question"
    assert not Answer.objects.exists()


WRITES = st.lists(st.tuples(st.sampled_from(["ann", "amy"]), st.sampled_from(["name", "par_value", "purpose"]),
                            st.text("abc", min_size=1, max_size=2)), max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(WRITES)
def test_whatever_two_people_write_in_whatever_order_nothing_is_overwritten_unseen(draft, ann, amy, writes):
    """Each sees what stood when the page was loaded; a conflict shows the other's answer, and then the choice is made."""
    draft.answers.all().delete()
    people = {"ann": ann, "amy": amy}
    seen: dict[str, dict[str, tuple[int, object]]] = {"ann": {}, "amy": {}}
    for who, key, text in writes:
        version, shown = seen[who].get(key, (0, None))
        before = draft.answers.filter(key=f"coin.{key}").first()
        standing = (before.version, before.value) if before else (0, None)
        if standing in ((version, shown), (standing[0], text)):
            saved = save(draft, people[who], text, base=version, key=f"coin.{key}")
            assert saved.value == text
            seen[who][key] = (saved.version, text)
        else:
            with pytest.raises(AnswerConflict) as conflict:
                save(draft, people[who], text, base=version, key=f"coin.{key}")
            found = conflict.value.standing
            assert (found.version, found.value) == standing
            seen[who][key] = standing
