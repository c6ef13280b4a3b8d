"""A real SMTP server for tests, that accepts, refuses, puts off, hangs up after the data, or is not there at all."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers import free_port

ANSWERS = {
    "accept": "250 OK",
    "refuse": "550 5.1.1 No such mailbox",
    "put_off": "451 4.3.0 Try again later",
    "full": "552 5.2.2 Mailbox full",
}


@dataclass
class MailServer:
    """``behaviour`` is one of ``accept``, ``refuse``, ``put_off`` (to the recipient), ``full`` (to the data),
    ``hang_up`` (after the data, which it keeps); ``received`` are the raw mails it has.
    """

    port: int = field(default_factory=free_port)
    behaviour: str = "accept"
    delay: float = 0
    received: list[bytes] = field(default_factory=list)
    controller: Controller | None = None

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options) -> str:
        if self.behaviour in ("refuse", "put_off"):
            return ANSWERS[self.behaviour]
        envelope.rcpt_tos.append(address)
        return ANSWERS["accept"]

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.behaviour == "full":
            return ANSWERS["full"]
        self.received.append(envelope.content)
        if self.behaviour == "hang_up":
            server.transport.abort()
        return ANSWERS["accept"]

    def start(self) -> None:
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self) -> None:
        if self.controller:
            self.controller.stop()
            self.controller = None

    def wait_for_mail(self, seconds: float = 10) -> None:
        deadline = time.monotonic() + seconds
        while not self.received:
            assert time.monotonic() < deadline, "no mail came"
            time.sleep(0.01)


@pytest.fixture
def mail_server(settings) -> Iterator[MailServer]:
    """The server, started, with Django's mail settings pointing to it."""
    server = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
    server.start()
    yield server
    server.stop()
