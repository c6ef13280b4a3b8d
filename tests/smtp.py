"""A real SMTP server for tests, that accepts, refuses, puts off, hangs up after the data, or is not there at all."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from core.models import User
from tests.servers import free_port

ANSWERS = {
    "accept": "250 OK",
    "refuse": "550 5.1.1 No such mailbox",
    "put_off": "451 4.3.0 Try again later",
    "full": "552 5.2.2 Mailbox full",
    "busy": "452 4.3.1 Insufficient storage",
    "sender_refused": "550 5.7.1 Sender not known here",
    "sender_put_off": "451 4.7.1 Sender, come back later",
    "parting": "421 4.3.2 Shutting down",
}
GREETINGS = {"closed": "554 5.3.2 No service here", "crowded": "421 4.3.2 Too many connections"}


class Greeting(SMTP):
    """As the library's, but what it says first is the behaviour's to decide."""

    greeted = False

    async def push(self, status: str) -> None:
        if not self.greeted:
            self.greeted = True
            self.event_handler.connections += 1
            status = GREETINGS.get(self.event_handler.behaviour, status)
            if self.event_handler.behaviour == "mute":
                await asyncio.sleep(60)
        await super().push(status)


class GreetingController(Controller):
    def factory(self) -> SMTP:
        return Greeting(self.handler, **self.SMTP_kwargs)


@dataclass
class MailServer:
    """``behaviour`` is ``accept`` or where and how it does not: ``closed``, ``crowded``, ``mute`` (at the connection),
    ``sender_refused``, ``sender_put_off``, ``parting`` (to the sender), ``refuse``, ``put_off``, ``hang`` (to the
    recipient), ``full``, ``busy``, ``silent``, ``hang_up`` (to the data; the last two keep it). ``received`` are the
    raw mails it has, ``returned_to`` the addresses to which they would come back.
    """

    port: int = field(default_factory=free_port)
    behaviour: str = "accept"
    delay: float = 0
    received: list[bytes] = field(default_factory=list)
    returned_to: list[str] = field(default_factory=list)
    connections: int = 0
    only_after: int = 0  # mails that it takes before it begins to behave like that
    controller: Controller | None = None

    @property
    def now(self) -> str:
        return self.behaviour if len(self.received) >= self.only_after else "accept"

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options) -> str:
        if self.now in ("sender_refused", "sender_put_off", "parting"):
            return ANSWERS[self.now]
        envelope.mail_from = address
        return ANSWERS["accept"]

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options) -> str:
        if self.now in ("refuse", "put_off"):
            return ANSWERS[self.now]
        if self.now == "hang":
            await asyncio.sleep(60)
        envelope.rcpt_tos.append(address)
        return ANSWERS["accept"]

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.delay:
            await asyncio.sleep(self.delay)
        now = self.now
        if now in ("full", "busy"):
            return ANSWERS[now]
        self.received.append(envelope.content)
        self.returned_to.append(envelope.mail_from)
        if now == "hang_up":
            server.transport.abort()
        if now == "silent":
            await asyncio.sleep(60)
        return ANSWERS["accept"]

    def start(self) -> None:
        self.controller = GreetingController(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()
        self.connections = 0  # the library looked whether it answers

    def stop(self) -> None:
        if self.controller:
            self.controller.stop()
            self.controller = None

    def wait_for_mail(self, seconds: float = 10) -> None:
        deadline = time.monotonic() + seconds
        while not self.received:
            assert time.monotonic() < deadline, "no mail came"
            time.sleep(0.01)


def people(count: int) -> list[User]:
    """People with accounts that act for nobody, for mail to go to."""
    return User.objects.bulk_create(
        User(email=f"reader{number}@readers.example", name=f"Reader {number}") for number in range(count)
    )


@pytest.fixture
def mail_server(settings) -> Iterator[MailServer]:
    """The server, started, with Django's mail settings pointing to it."""
    server = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
    server.start()
    yield server
    server.stop()
