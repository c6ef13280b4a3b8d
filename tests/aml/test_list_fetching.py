"""Fetching lists over the network: from a server of our own, which misbehaves as publishers' do."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from aml import tasks
from aml.fetching import Limits, fetch
from aml.models import ListLoad, ListVersion
from aml.parsers.files import Refusal
from aml.services.list_fetching import fetch_watchlist
from core.access import SYSTEM
from core.cases import case_summary, cases_for
from core.feeds import worded
from core.models import Case
from tests.aml.lists import UN


class Publisher(BaseHTTPRequestHandler):
    """Serves one list at /list.xml, and what goes wrong elsewhere."""

    def do_GET(self):
        raw = UN.encode()
        if self.path.startswith("/list.xml"):
            self.send_response(200)
            self.send_header("Content-Length", str(len(raw)))
        elif self.path == "/cut.xml":
            self.send_response(200)
            self.send_header("Content-Length", str(2 * len(raw)))
        elif self.path.startswith("/moved.xml"):
            self.send_response(302)
            self.send_header("Location", "/list.xml?token=secret")
            raw = b""
        elif self.path == "/away.xml":
            self.send_response(302)
            self.send_header("Location", "http://elsewhere.example/list.xml")
            raw = b""
        elif self.path == "/round.xml":
            self.send_response(302)
            self.send_header("Location", "/round.xml")
            raw = b""
        else:
            self.send_response(503)
            raw = b""
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def publisher() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Publisher)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_file_is_fetched_and_named_by_its_address(publisher):
    assert fetch(f"{publisher}/list.xml") == ("list.xml", UN.encode())
    assert fetch(f"{publisher}/moved.xml") == ("moved.xml", UN.encode())


@pytest.mark.parametrize(("path", "rule"), [
    ("/cut.xml", "list_cut"), ("/away.xml", "list_not_https"), ("/round.xml", "list_answer"),
    ("/nothing.xml", "list_answer"),
])
def test_what_is_not_a_whole_file_of_that_publisher_is_refused(publisher, path, rule):
    with pytest.raises(Refusal) as refused:
        fetch(publisher + path)
    assert refused.value.rule == rule


def test_nothing_is_read_in_the_clear_without_end_or_beyond_the_limit(publisher):
    with pytest.raises(Refusal) as refused:
        fetch("http://example.com/list.xml")
    assert refused.value.rule == "list_not_https"
    with pytest.raises(Refusal) as refused:
        fetch(f"{publisher}/list.xml", limits=Limits(max_bytes=100))
    assert refused.value.rule == "list_too_large"


@pytest.mark.django_db
def test_a_fetched_list_becomes_a_version_and_the_same_again_does_not(publisher, settings):
    settings.WATCHLIST_URLS = {"un": [f"{publisher}/moved.xml?key=secret"]}
    load = fetch_watchlist("un", actor=SYSTEM)
    assert (load.outcome, load.version.entry_count) == ("loaded", 3)
    assert load.origin == f"{publisher.rpartition(':')[0]}/moved.xml"  # without port and what may be secret
    assert fetch_watchlist("un", actor=SYSTEM).outcome == "unchanged"


@pytest.mark.django_db
def test_without_a_network_the_load_says_so_and_the_old_version_serves(publisher, settings):
    settings.WATCHLIST_URLS = {"un": [f"{publisher}/list.xml"]}
    version = fetch_watchlist("un", actor=SYSTEM).version
    settings.WATCHLIST_URLS = {"un": ["https://no-such-host.invalid/list.xml"]}
    load = fetch_watchlist("un", actor=SYSTEM)
    assert load.outcome == ListLoad.Outcome.REFUSED
    (problem,) = worded(load.problems)
    assert problem["message"].startswith("https://no-such-host.invalid/list.xml could not be read: ")
    assert ListVersion.objects.get() == version


@pytest.mark.django_db
def test_a_failed_fetch_is_one_case_until_the_list_is_loaded(publisher, settings, authority, ann, dee, client_for):
    settings.WATCHLIST_URLS = {"un": [f"{publisher}/cut.xml"]}
    fetch_watchlist("un", actor=SYSTEM)
    fetch_watchlist("un", actor=SYSTEM)
    case = Case.objects.get(kind="aml_list")
    assert (case.queue, case.status, case.owner) == ("aml", "open", authority)
    assert case_summary(case).startswith("United Nations Security Council consolidated list: the latest fetch was")
    assert case in cases_for(dee)
    assert case not in cases_for(ann)
    assert "List not renewed" in client_for(dee).get(f"/en/officer/cases/{case.reference}/").content.decode()
    settings.WATCHLIST_URLS = {"un": [f"{publisher}/list.xml"]}
    fetch_watchlist("un", actor=SYSTEM)
    case.refresh_from_db()
    assert (case.status, case.outcome) == ("closed", "arrived")


@pytest.mark.django_db
def test_a_list_without_an_address_says_which_setting_is_missing(settings):
    settings.WATCHLIST_URLS = {}
    load = fetch_watchlist("un", actor=SYSTEM)
    assert worded(load.problems)[0]["fix"] == "Set ASSAY_WATCHLIST_UN_URLS, or load the list as a file."


@pytest.mark.django_db
def test_every_night_each_list_with_an_address_is_fetched(publisher, settings, monkeypatch):
    settings.WATCHLIST_URLS = {"un": [f"{publisher}/list.xml"], "ofac": []}
    asked = []
    monkeypatch.setattr(tasks.fetch_list, "delay", asked.append)
    tasks.fetch_watchlists()
    assert asked == ["un"]
    tasks.fetch_list("un")
    assert ListVersion.objects.get().source == "un"
