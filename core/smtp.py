"""How one mail is made and handed to the mail server, and what the server's answer means.

A refusal of a recipient or of the data is about that mail; a refusal before that is about us, and stops the round.
What broke before the data was handed over has sent nothing; after it nobody knows.
"""

from __future__ import annotations

import re
import smtplib
from contextlib import suppress
from dataclasses import dataclass
from email.charset import BASE64, QP, Charset
from email.header import Header
from email.message import Message as Parsed
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr, parseaddr
from types import TracebackType

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend
from django.utils import timezone

from core import smime
from core.blobs import read_blob
from core.models import Message
from core.unsubscribing import unsubscribe_url

S = Message.Status
#: The library's newer way of writing headers costs several times as much, which a thousand mails feel.
POLICY = compat32.clone(linesep="\r\n")
BROKEN = (smtplib.SMTPException, OSError)


class ServerAway(Exception):
    """The mail server takes nothing at the moment: about no mail in particular."""


@dataclass(frozen=True)
class Outcome:
    """What became of one mail.

    ``away`` says that the server or the line is not to be asked again this round, and ``untried`` that it was so before
    the server knew whose mail it is: this mail has not had its try.
    """

    status: Message.Status
    error: str = ""
    away: bool = False
    untried: bool = False


class Line:
    """An open connection to the mail server, over which mails are handed one after the other."""

    def __init__(self) -> None:
        self.backend = EmailBackend(fail_silently=False)

    def __enter__(self) -> Line:
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def open(self) -> None:
        """Connect, and sign in where an account is set.

        Raises:
            ServerAway: nothing answers, or what answers does not want us.
        """
        try:
            self.backend.open()
            self._server().ehlo_or_helo_if_needed()
        except BROKEN as failure:
            self.close()
            raise ServerAway(_said(failure))

    def _server(self) -> smtplib.SMTP:
        assert self.backend.connection is not None  # ``open`` comes first
        return self.backend.connection

    def close(self) -> None:
        """Part; the fate of every mail is known by then, however the parting goes."""
        connection, self.backend.connection = self.backend.connection, None
        if connection is not None:
            with suppress(*BROKEN):
                connection.quit()
            connection.close()

    def hand_over(self, message: Message, content: bytes) -> Outcome:
        """Hand one mail to the server."""
        server, untried = self._server(), True
        try:
            code, said = server.mail(return_path(message))
            if code != 250:
                return Outcome(S.QUEUED, _answer(code, said), away=True, untried=True)
            untried = False
            code, said = server.rcpt(message.address)
            if code in (250, 251):
                code, said = server.docmd("DATA")
                if code == 354:
                    return self._hand_over_data(server, content)
        except BROKEN as failure:
            return Outcome(S.QUEUED, _said(failure), away=True, untried=untried)
        except UnicodeEncodeError:
            return Outcome(S.FAILED, f"{message.address}: not an address that this server can take")
        return self._refused(server, code, said)

    def _hand_over_data(self, server: smtplib.SMTP, content: bytes) -> Outcome:
        try:
            server.send(re.sub(rb"(?m)^\.", b"..", content) + b".\r\n")
            code, said = server.getreply()
        except BROKEN as failure:
            return Outcome(S.UNCERTAIN, _said(failure), away=True)
        return Outcome(S.SENT) if code == 250 else self._refused(server, code, said)

    def _refused(self, server: smtplib.SMTP, code: int, said: bytes) -> Outcome:
        """A 5xx answer is final (RFC 5321 4.2.1); with 421 the server parts from us."""
        away = code == 421
        if not away:
            try:
                server.rset()
            except BROKEN:
                away = True
        return Outcome(S.FAILED if code >= 500 else S.QUEUED, _answer(code, said), away=away)


def hand_over(line: Line, message: Message, certificate: str | None) -> Outcome:
    """Make the mail and hand it to the server; one that cannot be made is a failure of this mail alone."""
    try:
        content = content_of(message, certificate)
    except (OSError, ValueError, LookupError) as failure:
        return Outcome(S.FAILED, f"the mail could not be made: {type(failure).__name__}: {failure}")
    return line.hand_over(message, content)


def return_path(message: Message) -> str:
    """Return the address to which the mail comes back: it names the message, so that any answer finds it."""
    box, at, domain = parseaddr(settings.MAIL_BOUNCE_ADDRESS or settings.DEFAULT_FROM_EMAIL)[1].partition("@")
    return f"{box}+{message.pk}.{message.token}{at}{domain}" if settings.MAIL_BOUNCE_ADDRESS else box + at + domain


def content_of(message: Message, certificate: str | None = None) -> bytes:
    """Return the mail as it goes to the server, encrypted for its recipient's certificate (PEM) if there is one."""
    mail: MIMEMultipart = _words(message)
    if message.attachments and (certificate or not settings.MAIL_ATTACHMENTS_ENCRYPTED):  # it may have ended meanwhile
        mail = MIMEMultipart("mixed", None, [mail])
        for file in message.attachments:
            part = MIMEApplication(read_blob(file["sha256"]), file["media_type"].rpartition("/")[2])
            part.add_header("Content-Disposition", "attachment", filename=file["filename"])
            mail.attach(part)
    raw = mail.as_bytes(policy=POLICY)
    return _headers(message) + (smime.encrypted(raw, certificate) if certificate else raw)


def _words(message: Message) -> MIMEMultipart:
    charset = Charset("utf-8")
    charset.body_encoding = QP if message.language == "en" else BASE64
    parts = [MIMEText(message.text, "plain", charset), MIMEText(message.html, "html", charset)]  # type: ignore[arg-type]
    return MIMEMultipart("alternative", None, parts)


def _headers(message: Message) -> bytes:
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    head = Parsed(policy=POLICY)
    head["Subject"] = Header(message.subject)  # type: ignore[assignment]
    head["From"] = formataddr((name, address))
    head["To"] = message.address
    head["Date"] = format_datetime(timezone.localtime(message.queued_at))
    head["Message-ID"] = f"<{message.pk}.{message.token}@{settings.MAIL_DOMAIN}>"
    head["Auto-Submitted"] = "auto-generated"  # no answer from a holiday
    raw = head.as_bytes(policy=POLICY).rstrip(b"\r\n") + b"\r\n"
    if message.optional and message.recipient_id:
        link = unsubscribe_url(message.recipient_id, message.notice, message.language)
        # One line each: not every program that reads them unfolds.
        raw += f"List-Unsubscribe: <{link}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n".encode()
    return raw


def _said(failure: Exception) -> str:
    if isinstance(failure, smtplib.SMTPResponseException):
        return _answer(failure.smtp_code, failure.smtp_error)
    return f"{type(failure).__name__}: {failure}"


def _answer(code: int, said: bytes | str) -> str:
    return f"{code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
