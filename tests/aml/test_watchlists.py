"""Loading lists: what a good one makes, and that a bad one changes nothing and says why."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from aml.models import EntryName, ListedAddress, ListEntry, ListLoad, ListVersion
from aml.selectors.watchlists import change_of, entries_in_force, entries_of
from aml.services.watchlists import load_watchlist, release_load
from core.access import SYSTEM
from core.errors import NotPermitted, Refused
from core.feeds import worded
from core.models import AuditEvent, Blob
from tests.aml.lists import ADD, ALT, BOMB, CANONICAL, ETH, SDN, TRX, UN, XBT, crypto_json, crypto_text, many, ofac, un

pytestmark = pytest.mark.django_db


def loaded(source, files, **more) -> ListVersion:
    load = load_watchlist(source, files, actor=SYSTEM, **more)
    assert load.outcome == ListLoad.Outcome.LOADED, load.problems
    return load.version


def standing():
    return (list(ListVersion.objects.values()), list(ListEntry.objects.order_by("pk").values()),
            EntryName.objects.count(), ListedAddress.objects.count())


def test_ofac_in_csv_becomes_a_version_with_what_its_remarks_say():
    version = loaded("ofac", ofac())

    assert (version.number, version.entry_count, version.name_count, version.address_count) == (1, 3, 6, 2)
    assert (version.added, version.changed, version.removed, version.published_on) == (3, 0, 0, None)
    chan = ListEntry.objects.get(key="102")
    assert (chan.kind, chan.name, chan.programmes) == ("person", "CHAN, Tai Man", ["DPRK3", "CYBER2"])
    assert (chan.birth_dates, chan.countries) == (["1971-03-02"], ["HK", "CN"])
    assert chan.identifiers == [{"kind": "passport", "value": "A1234567", "country": "CN"}]
    assert [(name.name, name.kind) for name in chan.names.all()] == [
        ("CHAN, Tai Man", "primary"), ("陳大文", "original"), ("TAI MAN TRADING", "alias")]
    assert {(each.asset, each.address, each.canonical) for each in chan.addresses.all()} == {
        ("ETH", ETH, ETH.lower()), ("XBT", XBT, XBT)}
    assert ListEntry.objects.get(key="101").names.get(kind="weak").name == "ETC"
    lark = ListEntry.objects.get(key="103")
    assert (lark.kind, lark.identifiers[0]["value"], lark.countries) == ("vessel", "3ABC", ["PA"])
    event = AuditEvent.objects.get(verb="aml.list.loaded")
    assert event.data == {"added": 3, "changed": 0, "removed": 0}


def test_the_next_version_says_what_it_added_changed_and_removed():
    first = loaded("un", many_un(20))
    second = loaded("un", many_un(20, drop={3}, rename={5}, extra=1))

    assert (second.number, second.entry_count, second.added, second.changed, second.removed) == (2, 20, 1, 1, 1)
    change = change_of(second)
    assert [row.key for row in change.added] == ["XXi.021"]
    assert [row.key for row in change.changed] == ["XXi.005"]
    assert [row.key for row in change.removed] == ["XXi.003"]
    assert entries_of(first).count() == entries_of(second).count() == entries_in_force(["un"]).count() == 20
    assert entries_of(first).get(key="XXi.005").name == "NAME 5"
    assert entries_of(second).get(key="XXi.005").name == "OTHER 5"
    # What is the same is kept once, whatever the number of versions.
    assert ListEntry.objects.filter(source="un").count() == 22


def many_un(count, *, drop=(), rename=(), extra=0, day="2026-11-20"):
    rows = "".join(
        f"<INDIVIDUAL><DATAID>{n}</DATAID><FIRST_NAME>{'OTHER' if n in rename else 'NAME'} {n}</FIRST_NAME>"
        f"<REFERENCE_NUMBER>XXi.{n:03d}</REFERENCE_NUMBER></INDIVIDUAL>"
        for n in range(1, count + extra + 1) if n not in drop
    )
    return un(f'<?xml version="1.0" encoding="UTF-8"?><CONSOLIDATED_LIST dateGenerated="{day}T00:00:09Z">'
              f"<INDIVIDUALS>{rows}</INDIVIDUALS><ENTITIES/></CONSOLIDATED_LIST>")


def test_the_same_files_are_one_version_whatever_their_order_and_names():
    version = loaded("ofac", ofac())
    before = standing()
    again = load_watchlist("ofac", [(f"copy of {name}", raw) for name, raw in reversed(ofac())], actor=SYSTEM)
    assert (again.outcome, again.version, standing()) == ("unchanged", version, before)


@pytest.mark.parametrize(("files", "rule", "sentence"), [
    (un(UN[: len(UN) // 2]), "list_xml_broken", "The XML is damaged or breaks off in line 7."),
    ([("consolidated.xml", UN.encode("utf-16"))], "list_nul", "Line 1 holds a NUL byte"),
    ([("consolidated.xml", UN.encode().replace("陳".encode(), b"\xb3\xaf"))], "list_not_utf8",
     "The file is not UTF-8 text: line 5 holds bytes that UTF-8 does not allow."),
    (un(UN.replace("UTF-8", "Big5")), "list_encoding", "The file says that it is written in Big5"),
    ([("consolidated.xml", BOMB)], "list_doctype", "document type declaration (DOCTYPE)"),
    ([("consolidated.xml", b"")], "list_empty", "The file is empty."),
    ([("consolidated.xml", b"<!DOCTYPE html><html><body>Not found</body></html>")], "list_html", "is a web page"),
    (ofac()[:1], "list_wrong_file", "where consolidated.xml is expected."),
    ([("consolidated.xml", b'<urn: xmlns="x"/>')], "list_wrong_file", "where consolidated.xml is expected."),
    (un(UN.replace("KPi.901", "CDi.902")), "list_key_twice", "The entry CDi.902 occurs twice"),
    (un(UN.replace("2026-11-20", "2099-01-01")), "list_future", "The list is dated 1 January 2099"),
    ([], "list_no_file", "No file was given."),
    (un() + un(), "list_one_file", "is one file too many"),
])
def test_a_bad_file_changes_nothing_and_says_why(files, rule, sentence):
    loaded("un", un())
    before, events = standing(), AuditEvent.objects.count()

    load = load_watchlist("un", files, actor=SYSTEM)

    assert (load.outcome, load.version) == (ListLoad.Outcome.REFUSED, None)
    assert rule in [problem["rule"] for problem in load.problems]
    assert any(sentence in each["message"] for each in worded(load.problems)), worded(load.problems)
    assert standing() == before
    assert AuditEvent.objects.count() == events + 1
    # The refused bytes stay stored beside their reasons.
    assert all(Blob.objects.filter(sha256=each["sha256"]).exists() for each in load.files)


@pytest.mark.parametrize(("files", "rule"), [
    (ofac()[:2], "list_file_missing"),
    ([ofac()[0], ofac()[0], *ofac()[1:]], "list_file_twice"),
    ([("sdn.csv", SDN[:300].encode()), *ofac()[1:]], "list_no_end"),
    ([("sdn.csv", SDN[:400].encode() + b"\x1a"), *ofac()[1:]], "list_csv_broken"),
    ([("sdn.csv", SDN.splitlines()[0].encode()), ("alt.csv", ALT.encode()), ("add.csv", ADD.encode())], "list_orphan"),
    ([("sdn.csv", SDN.replace('"vessel"', '"spaceship"').encode() + b"\x1a"), *ofac()[1:]], "list_kind"),
])
def test_files_of_ofac_that_do_not_belong_together_are_refused(files, rule):
    load = load_watchlist("ofac", files, actor=SYSTEM)
    assert load.outcome == "refused"
    assert rule in [problem["rule"] for problem in load.problems], load.problems
    assert not ListVersion.objects.exists()


def test_half_the_rows_are_refused_and_the_version_before_keeps_serving():
    loaded("hk", many(40))
    before = standing()

    half = load_watchlist("hk", many(20), actor=SYSTEM)

    assert half.outcome == "refused"
    assert worded(half.problems)[0]["message"] == (
        "20 of the 40 entries of the version in force (number 1) are gone: 50.0%, where one update may take 10.0%.")
    assert standing() == before
    assert loaded("hk", many(36)).removed == 4  # a tenth may go


def test_an_older_list_is_refused():
    loaded("un", many_un(20))
    load = load_watchlist("un", many_un(21, day="2026-11-19"), actor=SYSTEM)
    assert worded(load.problems)[0]["message"] == (
        "The list is of 19 November 2026; the version in force (number 1) is newer: 20 November 2026.")


def test_two_officers_let_through_what_is_only_hard_to_believe(dee, dan, bo):
    loaded("hk", many(40))
    half = load_watchlist("hk", many(20), actor=dee)

    with pytest.raises(NotPermitted):
        release_load(half, reason="The Gazette of today.", actor=bo)
    with pytest.raises(Refused, match="Say why"):
        release_load(half, reason=" ", actor=dee)
    assert release_load(half, reason="The Gazette of today.", actor=dee) == half
    with pytest.raises(Refused, match="Another officer"):
        release_load(half, reason="Yes.", actor=dee)
    assert ListVersion.objects.count() == 1
    made = release_load(half, reason="Seen in the Gazette.", actor=dan)
    assert (made.outcome, made.version.number, made.version.removed) == ("loaded", 2, 20)
    with pytest.raises(Refused, match="newer version"):
        release_load(half, reason="Again.", actor=dan)


def test_what_is_wrong_is_never_let_through(dee):
    load = load_watchlist("un", un(UN[:500]), actor=dee)
    with pytest.raises(Refused, match="doubt alone"):
        release_load(load, reason="It is right.", actor=dee)


def test_the_own_list_takes_a_second_officer(dee, dan):
    waiting = load_watchlist("own", [("own.csv", CANONICAL.encode())], actor=dee)
    assert [each["rule"] for each in waiting.problems] == ["list_second_officer"]
    with pytest.raises(Refused, match="Another officer"):
        release_load(waiting, reason="Mine.", actor=dee)
    made = release_load(waiting, reason="Read and agreed.", actor=dan)
    assert (made.version.source, made.version.entry_count) == ("own", 3)


def test_text_lists_of_one_asset_leave_the_others_as_they_are():
    loaded("crypto", crypto_json((ETH, ["ETH", "USDC"], "2024-01-02"), (XBT, ["XBT"], "2024-02-03")))
    other = "0x" + 40 * "a"
    version = loaded("crypto", crypto_text("ETH", ETH.upper().replace("0X", "0x"), other, month="2026-09"))

    assert version.assets == ["ETH"]
    assert (version.entry_count, version.address_count) == (3, 4)
    assert (version.added, version.changed, version.removed) == (1, 0, 0)
    assert ListEntry.objects.get(key=ETH.lower()).name == "Example Mixer"
    last = loaded("crypto", crypto_text("XBT", XBT, month="2026-10") + crypto_text("TRX", TRX, month="2026-10"))
    assert (last.added, last.removed, last.entry_count) == (1, 0, 4)


def test_addresses_that_vanish_from_a_named_asset_are_gone():
    addresses = [f"0x{number:040x}" for number in range(10)]
    loaded("crypto", crypto_text("ETH", *addresses))
    version = loaded("crypto", crypto_text("ETH", *addresses[3:], month="2024-10"))
    assert (version.removed, version.entry_count) == (3, 7)
    half = load_watchlist("crypto", crypto_text("ETH", *addresses[7:], month="2024-11"), actor=SYSTEM)
    assert [each["rule"] for each in half.problems] == ["list_fewer_addresses"]


def test_a_version_never_changes_in_the_database_either():
    version = loaded("un", un())
    entry = ListEntry.objects.first()
    for change in (
        lambda: ListVersion.objects.filter(pk=version.pk).update(entry_count=1),
        lambda: ListEntry.objects.filter(pk=entry.pk).update(name="Somebody else"),
        lambda: ListVersion.objects.filter(pk=version.pk).delete(),
        lambda: EntryName.objects.update(name="Somebody else"),
    ):
        with pytest.raises((DatabaseError,)), transaction.atomic():
            change()
    ListVersion.objects.filter(pk=version.pk).update(screened_at="2026-11-23T00:00Z")


def test_who_may_not_load_changes_nothing(bo):
    with pytest.raises(NotPermitted):
        load_watchlist("un", un(), actor=bo)
    with pytest.raises(Refused, match="no list"):
        load_watchlist("nowhere", un(), actor=SYSTEM)
    assert not ListLoad.objects.exists()


def test_the_day_that_no_file_says_is_given():
    assert loaded("ofac", ofac(), published_on=date(2021, 7, 9)).published_on == date(2021, 7, 9)
