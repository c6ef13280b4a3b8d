"""What a batch has in common is read once, and anew by everybody else."""

from __future__ import annotations

import pytest

from core.canonical import canonical, canonical_list, canonical_object
from core.shared_reads import shared, shared_reads


@pytest.fixture
def reading():
    """A function that is shared, and what it was asked."""
    asked = []

    @shared
    def read(name: str, *, of: int = 1) -> list[str]:
        asked.append((name, of))
        return [name] * of

    return read, asked


def test_inside_the_same_question_is_asked_once(reading):
    read, asked = reading
    with shared_reads():
        first = read("a", of=2)
        assert read("a", of=2) is first
        with shared_reads():
            assert read("a", of=2) is first
        assert read("a") == ["a"]
    assert asked == [("a", 2), ("a", 1)]


def test_outside_and_in_the_next_batch_it_is_asked_again(reading):
    read, asked = reading
    for _ in range(2):
        with shared_reads():
            read("a")
    read("a")
    read("a")
    assert asked == [("a", 1)] * 4


def test_what_failed_is_not_remembered():
    answers = iter([ZeroDivisionError, "read"])

    @shared
    def read() -> str:
        found = next(answers)
        if not isinstance(found, str):
            raise found
        return found

    with shared_reads():
        with pytest.raises(ZeroDivisionError):
            read()
        assert read() == "read"
    with pytest.raises(StopIteration):
        read()


def test_an_object_of_written_members_is_the_same_text():
    data = {"b": [1, {"z": "手續費", "a": None}], "a": "\x00\"", "c": {}}
    members = {name: canonical(value) for name, value in data.items()}
    assert canonical_object(members) == canonical(data)
    assert canonical_object({}) == canonical({})
    assert canonical_list([]) == canonical([])
    assert canonical_list([canonical(1), canonical_object(members)]) == canonical([1, data])
