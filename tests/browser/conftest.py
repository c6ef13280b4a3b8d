"""A running platform for a whole module of browser tests: the world in the database, a real server before it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from playwright.sync_api import expect

from tests.browser.world import NOW, World, make_world
from tests.cast import confirm_session
from tests.databases import empty_database
from tests.servers import ROOT, environment_beside, free_port, listens, wait_until

expect.set_options(timeout=15_000)

SHOTS = ROOT / "var" / "screenshots"
#: With ``SHOTS=1`` pages leave their pictures there, for people to look at: it takes as long as the search for barriers.
PHOTOGRAPHED = os.environ.get("SHOTS") == "1"
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
#: What a page must not do, noted by the page itself from its first moment on.
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
});
"""


@dataclass
class Site:
    """The running platform and what there is in it."""

    url: str
    world: World
    browser: Any
    open_contexts: list[Any] = field(default_factory=list)

    def page_for(
        self, person: str | None, *, viewport: dict[str, int] | None = None, confirmed: bool = False
    ) -> Any:
        """Return an empty page of a browser in which the person is signed in, or nobody is.

        Whoever is ``confirmed`` has shown a moment ago that it is them.
        """
        context = self.browser.new_context(viewport=viewport or WIDE, base_url=self.url, reduced_motion="reduce")
        context.add_init_script(WATCH)
        context.set_default_timeout(15_000)
        if person is not None:
            client = Client()
            client.force_login(self.world.people[person], backend="allauth.account.auth_backends.AuthenticationBackend")
            if confirmed:
                confirm_session(client, self.world.people[person])
            name = django_settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": self.url}])
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda line: page.complaints.append(line.text) if line.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        self.open_contexts.append(context)
        return page


def photograph(page: Any, name: str) -> None:
    """Leave a picture of the whole page, if pictures are wanted."""
    if PHOTOGRAPHED:
        page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


@pytest.fixture(autouse=True)
def _own_blobs():
    """The world keeps its bytes for the whole module."""


@pytest.fixture
def db() -> None:
    """Ask for the test database without a transaction around the test: the server has to see what is written."""


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[World]:
    """The world, committed, at its own hour; emptied out after the module."""
    name = connection.settings_dict["NAME"]
    # Without a test that asks for a database there is none for tests, and this would empty the real one.
    assert name.startswith(django_settings.TEST_DATABASE), f"{name} is not a database for tests"
    place = tmp_path_factory.mktemp("world")
    clock = place / "clock"
    clock.write_text(NOW.isoformat())
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setenv("ASSAY_CLOCK_FILE", str(clock))
        patch.setattr(django_settings, "BLOB_ROOT", place / "blobs")
        try:
            yield make_world()
        finally:
            empty_database()


@pytest.fixture(scope="module")
def server(world, tmp_path_factory) -> Iterator[str]:
    """The address of a real web server on the world's database."""
    port, log = free_port(), tmp_path_factory.mktemp("server") / "web.log"
    environment = environment_beside(Path(django_settings.BLOB_ROOT)) | {
        "ASSAY_WEB_PORT": str(port), "ASSAY_WEB_WORKERS": "1",
    }
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "config.wsgi", "-c", "python:config.gunicorn"],
            cwd=ROOT, env=environment, stdout=out, stderr=out, start_new_session=True,
        )
    try:
        wait_until(lambda: listens(port) or process.poll() is not None, seconds=40, what="the web server's start")
        assert process.poll() is None, log.read_text()
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)
    assert "Traceback" not in log.read_text(), log.read_text()


@pytest.fixture
def site(db, server, world, browser) -> Iterator[Site]:
    """The platform; browsers opened through it are closed after the test."""
    running = Site(server, world, browser)
    yield running
    for context in running.open_contexts:
        context.close()


@pytest.fixture
def complaints_of() -> Callable[[Any], list[str]]:
    """``complaints_of(page)``: what the browser's console said, and every breach of the content security policy."""
    return lambda page: [*page.complaints, *page.evaluate("window.violations")]
