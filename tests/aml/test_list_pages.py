"""The pages, the command and the API of lists."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from aml.models import ListEntry, ListLoad, ListVersion
from aml.services.watchlists import load_watchlist
from core.access import SYSTEM
from tests.aml.lists import CANONICAL, ETH, UN, crypto_text, many, ofac, un

pytestmark = pytest.mark.django_db


def page_of(client, name, *args, query="", status=200):
    answer = client.get(reverse(f"officer:{name}", args=args) + query)
    assert answer.status_code == status
    return answer.content.decode()


@pytest.fixture
def dees(client_for, dee):
    return client_for(dee)


def test_an_analyst_loads_a_list_and_reads_what_it_says(dees):
    sent = {"source": "un", "list_files": [SimpleUploadedFile("consolidated.xml", UN.encode())]}
    answer = dees.post(reverse("officer:watchlist_load"), sent, follow=True)
    text = answer.content.decode()
    assert answer.redirect_chain == [(reverse("officer:watchlist_version", args=["un", 1]), 302)]
    assert "The new version is in force." in text
    assert "TAI MAN CHAN" in text
    assert "KPi.901" in text
    again = dees.post(reverse("officer:watchlist_load"),
                      sent | {"list_files": [SimpleUploadedFile("consolidated.xml", UN.encode())]}, follow=True)
    assert "nothing changed" in again.content.decode()
    assert ListVersion.objects.get().loaded_by.name == "Dee Ng"


def test_a_refused_list_shows_every_reason_and_what_keeps_serving(dees):
    load_watchlist("un", un(), actor=SYSTEM)
    cut = SimpleUploadedFile("consolidated.xml", UN.encode()[:700])
    answer = dees.post(reverse("officer:watchlist_load"), {"source": "un", "list_files": [cut]}, follow=True)
    text = answer.content.decode()
    assert "Refused: 1 problem" in text
    assert "The XML is damaged or breaks off in line" in text
    assert "Nothing changed. Version 1, loaded" in text
    assert "Let it through" not in text
    assert "The XML is damaged" in page_of(dees, "watchlists")


@pytest.mark.parametrize(("files", "sentence"), [
    ([], "This field is required."), ([("un.xml", b"")], "The submitted file is empty."),
    ([("un.xml", b"x" * 2_001)], "“un.xml” is larger than 0 MB."),
])
def test_the_form_says_beside_the_field_what_is_wrong(dees, settings, files, sentence):
    settings.FEED_MAX_BYTES = 2_000
    sent = {"source": "un", "list_files": [SimpleUploadedFile(name, raw) for name, raw in files]}
    answer = dees.post(reverse("officer:watchlist_load"), sent)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not ListLoad.objects.exists()


def test_entries_are_searched_by_name_number_and_wallet_and_paged(dees):
    load_watchlist("ofac", ofac(), actor=SYSTEM)
    for query, found in (("tai man", "102"), ("陳大文", "102"), ("103", "103"), (ETH.upper().replace("0X", "0x"), "102")):
        text = page_of(dees, "watchlist_version", "ofac", 1, query=f"?q={query}")
        assert f'<td class="mono nowrap">{found}</td>' in text, query
        assert text.count('<td class="mono nowrap">') == 1, query
    assert "Nothing matches" in page_of(dees, "watchlist_version", "ofac", 1, query="?q=nobody%00")
    load_watchlist("hk", many(120), actor=SYSTEM)
    assert "1 to 50 of 120" in page_of(dees, "watchlist_version", "hk", 1)
    assert "101 to 120 of 120" in page_of(dees, "watchlist_version", "hk", 1, query="?page=3")
    page_of(dees, "watchlist_version", "hk", 1, query="?show=nothing", status=404)
    page_of(dees, "watchlist_version", "hk", 2, status=404)
    page_of(dees, "watchlist", "nowhere", status=404)


def test_a_version_shows_what_changed_in_each_entry(dees):
    load_watchlist("hk", [("hk.csv", CANONICAL.encode())], actor=SYSTEM)
    load_watchlist("hk", [("hk.csv", CANONICAL.replace("1971-03-02", "1971-03-20").encode())], actor=SYSTEM)
    text = page_of(dees, "watchlist_version", "hk", 2, query="?show=changed")
    assert "+ 1971-03-20" in text
    assert "− 1971-03-02" in text
    old = ListEntry.objects.get(key="HK-1", since=1)
    assert "version 2 changed or removed it" in page_of(dees, "watchlist_entry", old.pk)
    assert "陳大文" in page_of(dees, "watchlist_entry", old.pk)


def test_old_and_missing_lists_are_named(dees):
    load_watchlist("un", un(UN.replace("2026-11-20", "2026-01-05")), actor=SYSTEM)
    text = page_of(dees, "watchlists")
    assert "United Nations Security Council consolidated list: as of 5 January 2026" in text
    assert "Hong Kong Gazette: no version has been loaded" in text
    assert "ASSAY_WATCHLIST_UN_URLS is not set, so nothing is fetched" in page_of(dees, "watchlist", "un")


def test_two_officers_let_a_list_through_on_its_page(confirmed_client_for, dee, dan):
    load_watchlist("hk", many(40), actor=SYSTEM)
    half = load_watchlist("hk", many(20), actor=dee)
    address = reverse("officer:watchlist_release", args=[half.pk])
    first, second = confirmed_client_for(dee), confirmed_client_for(dan)

    assert first.post(address, {"reason": ""}).status_code == 422
    text = first.post(address, {"reason": "Gazette 47."}, follow=True).content.decode()
    assert "1 more officer has to say that it is right" in text
    assert "Another officer has to, not you." in text
    assert first.post(address, {"reason": "Again."}).status_code == 409
    answer = second.post(address, {"reason": "Read it."}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("officer:watchlist_version", args=["hk", 2])


def test_a_page_of_entries_asks_no_more_the_more_there_are(dees):
    load_watchlist("hk", many(3), actor=SYSTEM)
    load_watchlist("un", un(), actor=SYSTEM)
    page_of(dees, "watchlists")
    counts = []
    for files in (None, many(60)):
        if files:
            load_watchlist("hk", files, actor=SYSTEM)
        number = ListVersion.objects.filter(source="hk").first().number
        with CaptureQueriesContext(connection) as asked:
            page_of(dees, "watchlist_version", "hk", number)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 20
    with CaptureQueriesContext(connection) as asked:
        page_of(dees, "watchlists")
    assert len(asked) <= 20


def command(*args):
    out = StringIO()
    call_command("load_watchlist", *args, stdout=out)
    return out.getvalue()


def test_the_command_prints_what_a_list_changed(tmp_path):
    paths = []
    for name, raw in ofac():
        (tmp_path / name).write_bytes(raw)
        paths.append(str(tmp_path / name))
    told = json.loads(command("ofac", *paths, "--json", "--published", "2021-07-09"))
    assert {name: told[name] for name in ("outcome", "version", "entries", "added", "changed", "removed")} == {
        "outcome": "loaded", "version": 1, "entries": 3, "added": 3, "changed": 0, "removed": 0}
    assert told["published_on"] == "2021-07-09"
    text = command("ofac", *paths)
    assert "outcome       unchanged" in text
    assert "removed       0" in text


def test_the_command_refuses_with_every_reason_and_exit_code_2(tmp_path):
    (tmp_path / "un.xml").write_text(UN[:700])
    out = StringIO()
    with pytest.raises(CommandError, match="The list is refused: 1 problem. The version in force stays.") as refused:
        call_command("load_watchlist", "un", str(tmp_path / "un.xml"), stdout=out)
    assert refused.value.returncode == 2
    assert out.getvalue().startswith("un.xml row 9: The XML is damaged or breaks off in line 9. Fetch the list again")
    with pytest.raises(CommandError, match="cannot be read"):
        command("un", str(tmp_path / "nothing.xml"))
    assert not ListVersion.objects.exists()


def test_a_load_nudges_the_screening_of_what_changed(dees, monkeypatch):
    from aml import tasks

    asked = []
    monkeypatch.setattr(tasks, "SCREENINGS", (asked.append,))
    monkeypatch.setattr(tasks.screen_change, "delay_on_commit", tasks.screen_change)
    sent = {"source": "un", "list_files": [SimpleUploadedFile("consolidated.xml", UN.encode())]}
    dees.post(reverse("officer:watchlist_load"), sent)
    assert asked == [ListVersion.objects.get()]
    assert (asked[0].screened_at, asked[0].wallets_screened_at) == (None, None)
    load_watchlist("crypto", crypto_text("ETH", ETH), actor=SYSTEM)
    assert len(asked) == 1  # a service nudges nobody


def test_large_files_are_read_by_a_worker(dees, dee, settings, monkeypatch):
    from aml import tasks

    settings.WATCHLIST_LATER_BYTES = 100
    asked = []
    monkeypatch.setattr(tasks.load_kept, "delay_on_commit", lambda *args: asked.append(args))
    sent = {"source": "un", "list_files": [SimpleUploadedFile("consolidated.xml", UN.encode())]}
    answer = dees.post(reverse("officer:watchlist_load"), sent, follow=True)
    assert "The files are large and are being read." in answer.content.decode()
    assert not ListLoad.objects.exists()
    tasks.load_kept(*asked[0])
    assert (ListLoad.objects.get().outcome, ListVersion.objects.get().loaded_by) == ("loaded", dee)
