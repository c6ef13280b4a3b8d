"""What a batch has in common is read once, and anew by everybody else."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from core.canonical import canonical, canonical_list, canonical_object
from core.shared_reads import batch_record, shared, shared_of_each, shared_reads


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


@dataclass(frozen=True)
class Record:
    pk: int


class Other(Record):
    pass


def test_of_a_batch_of_records_all_are_read_when_the_first_is_asked_about():
    asked = []

    @shared_of_each
    def read(records: list[Record], unit: str) -> dict[Record, str]:
        asked.append(([each.pk for each in records], unit))
        return {each: f"{each.pk} {unit}" for each in records}

    records = [Record(1), Record(2), Record(3)]
    assert read(records[0], "kg") == "1 kg"
    with shared_reads(records):
        assert [read(each, "kg") for each in reversed(records)] == ["3 kg", "2 kg", "1 kg"]
        assert read(records[1], "t") == "2 t"
        assert read(Record(9), "kg") == read(Record(9), "kg") == "9 kg"  # is not of the batch
        with shared_reads([Record(9)]):  # shares with the batch around it
            assert read(records[0], "t") == "1 t"
    assert asked == [([1], "kg"), ([1, 2, 3], "kg"), ([1, 2, 3], "t"), ([9], "kg")]


def test_a_record_of_the_batch_is_the_one_that_was_read_for_it():
    records = [Record(1), Record(2)]
    assert batch_record(Record, 2) is None
    with shared_reads(records):
        assert batch_record(Record, 2) is records[1]
        assert batch_record(Record, 3) is None
        assert batch_record(Other, 1) is None
    assert batch_record(Record, 1) is None


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
