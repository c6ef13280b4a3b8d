"""``compare_names`` and ``screen_names``: every row answered, or the file refused whole with all that is wrong with it."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.core.management import CommandError, call_command

from aml.matching import compare
from aml.selectors.name_index import index_in_force
from tests.aml.entries import put_in_force
from tests.aml.real_names import LABELLED, real_names

PAIRS = "schema,name1,name2,remark\nPerson,Ivan Petrov,\"Petrov, Ivan\",a\nCompany,Acme Ltd,Zenith AG,\nVessel,Snow,MV Snow,\n"


def run(command: str, text: str, folder, *, name: str = "in.csv") -> tuple[dict, list[list[str]]]:
    source, target, out = folder / name, folder / "out.csv", io.StringIO()
    source.write_text(text, encoding="utf-8", newline="")
    call_command(command, str(source), str(target), json=True, stdout=out)
    return json.loads(out.getvalue()), list(csv.reader(target.read_text(encoding="utf-8").splitlines()))


def refused(command: str, text: str, folder, *, name: str = "in.csv") -> tuple[list[tuple[int | None, str, str]], int]:
    source, out = folder / name, io.StringIO()
    source.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(CommandError) as refusal:
        call_command(command, str(source), str(folder / "out.csv"), json=True, stdout=out)
    assert not (folder / "out.csv").exists()
    answer = json.loads(out.getvalue())
    assert all(problem["message"] and problem["fix"] for problem in answer["problems"])
    return [(each["row"], each["column"], each["rule"]) for each in answer["problems"]], refusal.value.returncode


def test_pairs_are_answered_row_for_row(tmp_path):
    answer, rows = run("compare_names", PAIRS, tmp_path)
    assert rows[0] == ["schema", "name1", "name2", "score", "is_match", "why"]
    assert [row[:3] + row[4:5] for row in rows[1:]] == [
        ["Person", "Ivan Petrov", "Petrov, Ivan", "true"], ["Company", "Acme Ltd", "Zenith AG", "false"],
        ["Vessel", "Snow", "MV Snow", "true"]]
    assert rows[1][3] == "1.0000"
    assert rows[1][5] == compare("Ivan Petrov", "Petrov, Ivan", "person").why
    assert (answer["pairs"], answer["matches"], answer["algorithm"], answer["threshold"]) == (3, 2, "names/1", "0.7500")


@real_names
def test_the_labelled_pairs_are_answered_in_their_order(tmp_path):
    text = LABELLED.read_text(encoding="utf-8")
    _, rows = run("compare_names", text, tmp_path)
    asked = list(csv.DictReader(io.StringIO(text)))
    assert [row[:3] for row in rows[1:]] == [[row["schema"], row["name1"], row["name2"]] for row in asked]


@pytest.mark.parametrize("text, problems", [
    ("schema,name1\nPerson,A B\n", [(1, "name2", "missing_column")]),
    ("schema,name1,name2\nPerson,,B\nMartian,A,B\nPerson,=A,B\nPerson,A\n", [
        (2, "name1", "missing_value"), (3, "schema", "unknown_choice"), (4, "name1", "formula"), (5, "", "wrong_cell_count")]),
    ("schema;name1;name2\nPerson;A;B\n", [(1, "", "wrong_separator")]),
    ("schema,name1,name2\n", [(None, "", "no_rows")]),
    ("", [(None, "", "empty_file")]),
    (b"schema,name1,name2\nPerson,\xff\xfe,B\n", [(2, "", "not_utf8")]),
    ("schema,name1,name2\nPerson,A" + "a" * 600 + ",B\n", [(2, "name1", "text_too_long")]),
    ("schema,name1,name2,name1\nPerson,A,B,C\n", [(1, "name1", "duplicate_column")]),
])
def test_a_file_of_pairs_is_refused_with_all_that_is_wrong_with_it(text, problems, tmp_path):
    assert refused("compare_names", text, tmp_path) == (problems, 2)


def test_a_file_of_another_kind_is_refused(tmp_path):
    assert refused("compare_names", PAIRS, tmp_path, name="pairs.txt") == ([(None, "", "unknown_file_type")], 2)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CommandError) as refusal:
        call_command("compare_names", str(tmp_path / "none.csv"), str(tmp_path / "out.csv"))
    assert refusal.value.returncode == 2


@pytest.mark.django_db
def test_names_are_screened_against_the_lists_in_force(tmp_path):
    put_in_force()
    answer, rows = run("screen_names", (
        "id,name,type,birth_date,country\n1,Ivan Petrov,person,1971-03-02,ru\n2,陳大文,person,,\n"
        "3,Nobody At All,person,,\n4,Golden Harbour Trading Co Ltd,company,,HK\n"), tmp_path)
    assert rows[0] == ["id", "score", "list", "entry", "matched_name", "why"]
    assert [(row[0], *row[2:5]) for row in rows[1:]] == [
        ("1", "own", "P-1", "PETROV, Ivan Sergeevich"), ("2", "own", "P-2", "CHAN Tai Man"),
        ("4", "own", "C-1", "Golden Harbour Trading Company Limited")]
    assert "birth date same" in rows[1][5]
    assert "Hong Kong spelling" in rows[2][5]
    assert (answer["names"], answer["hits"], answer["found"]) == (4, 3, 3)


@pytest.mark.django_db
def test_columns_that_are_not_needed_may_be_left_out(tmp_path):
    put_in_force()
    assert [row[3] for row in run("screen_names", "name,id\nIvan Petrov,7\n", tmp_path)[1][1:]] == ["P-1"]


@pytest.mark.django_db
def test_a_file_of_names_is_refused_with_all_that_is_wrong_with_it(tmp_path):
    put_in_force()
    assert refused("screen_names", "id,name,type,birth_date,country\n1,A B,robot,,\n2,A B,person,1971-13,\n,A B,person,,Russia\n",
                   tmp_path) == ([(2, "type", "unknown_choice"), (3, "birth_date", "unreadable_date"), (4, "id", "missing_value"),
                                  (4, "country", "unknown_choice")], 2)


@pytest.mark.django_db
def test_without_a_list_nobody_is_cleared(tmp_path):
    source = tmp_path / "in.csv"
    source.write_text("id,name\n1,Ivan Petrov\n")
    with pytest.raises(CommandError, match="No list of names is loaded") as refusal:
        call_command("screen_names", str(source), str(tmp_path / "out.csv"))
    assert refusal.value.returncode == 2
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.django_db
def test_the_index_is_made_again_when_a_list_changes(django_assert_num_queries):
    put_in_force()
    before = index_in_force()
    with django_assert_num_queries(1):
        assert index_in_force() is before
    put_in_force(number=2, people={"P-9": ("person", "Somebody New", [], [])})
    assert {entry.key for entry in index_in_force().entries} - {entry.key for entry in before.entries} == {"P-9"}
