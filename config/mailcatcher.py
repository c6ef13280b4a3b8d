"""A mail server that keeps every mail instead of delivering it, and the page that shows them.

For the demonstration, docker compose and tests: ``python -m config.mailcatcher``.
"""

import os
import re
import signal
import sys
import threading
import time
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from config import embedded

KEY = re.compile(r"\d{20}")
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #16222d; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .4rem .8rem .4rem 0;
border-bottom: 1px solid #d5dbe1; vertical-align: top; } a { color: #0b4f8a; }
dt { color: #4b5966; float: left; width: 6rem; }
pre { white-space: pre-wrap; background: #f0f4f7; padding: 1rem; }
iframe { width: 100%; height: 40rem; border: 1px solid #d5dbe1; }
"""


@dataclass(frozen=True)
class Mail:
    """One caught mail: its key (sorts by arrival) and what was in it."""

    key: str
    message: EmailMessage
    recipients: tuple[str, ...]

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "(no subject)")

    def body(self, kind: str) -> str | None:
        """The text of the part ``plain`` or ``html``; None if the mail has none."""
        part = self.message.get_body((kind,))
        return part.get_content().replace("\r\n", "\n") if part else None

    @property
    def attachments(self) -> list[tuple[str, str, bytes]]:
        """File name, media type and bytes of each attachment."""
        found = []
        for number, part in enumerate(self.message.iter_attachments(), start=1):
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                found.append((part.get_filename() or f"attachment-{number}", part.get_content_type(), content))
        return found


class Catcher:
    """An SMTP server and a web page over one directory of .eml files."""

    def __init__(self, directory: Path, *, smtp_port: int, page_port: int, host: str = "127.0.0.1") -> None:
        self.directory, self.smtp_port, self.page_port = directory, smtp_port, page_port
        directory.mkdir(parents=True, exist_ok=True)
        self._smtp = Controller(self, hostname=host, port=smtp_port, data_size_limit=64 * 1024 * 1024)
        self._page = ThreadingHTTPServer((host, page_port), type("Page", (_Page,), {"catcher": self}))

    def start(self) -> None:
        self._smtp.start()
        threading.Thread(target=self._page.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._smtp.stop()
        self._page.shutdown()
        self._page.server_close()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        recipients = "".join(f"X-Caught-For: {address}\r\n" for address in envelope.rcpt_tos)
        path = self.directory / f"{time.time_ns():020}.eml"
        path.with_suffix(".part").write_bytes(recipients.encode() + envelope.content)
        path.with_suffix(".part").rename(path)
        return "250 Kept"

    def mails(self) -> list[Mail]:
        """Everything caught, oldest first."""
        return [self.mail(path.stem) for path in sorted(self.directory.glob("*.eml"))]

    def mail(self, key: str) -> Mail:
        """One mail; KeyError if there is none of that key."""
        path = self.directory / f"{key}.eml"
        if not KEY.fullmatch(key) or not path.exists():
            raise KeyError(key)
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        return Mail(key, message, tuple(message.get_all("X-Caught-For", [])))


class _Page(BaseHTTPRequestHandler):
    catcher: Catcher

    def do_GET(self) -> None:
        steps = [step for step in self.path.split("?")[0].split("/") if step]
        try:
            match steps:
                case []:
                    self._html(self._list())
                case ["healthz"]:
                    self._send(b"ok", "text/plain")
                case ["style.css"]:
                    self._send(STYLE.encode(), "text/css")
                case ["mail", key]:
                    self._html(self._mail(self.catcher.mail(key)))
                case ["mail", key, "html"]:
                    # A mail is a stranger's page: no script, no form, nothing fetched, an origin of its own.
                    rules = (
                        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
                    )
                    self._html(self.catcher.mail(key).body("html") or "", rules)
                case ["mail", key, "attachment", number] if number.isdecimal():
                    name, media_type, content = self.catcher.mail(key).attachments[int(number)]
                    self._send(content, media_type, {"Content-Disposition": _attachment(name)})
                case _:
                    self.send_error(404)
        except (KeyError, IndexError):
            self.send_error(404)

    def _list(self) -> str:
        rows = "".join(
            f'<tr><td><a href="/mail/{mail.key}">{escape(mail.subject)}</a></td>'
            f"<td>{escape(', '.join(mail.recipients))}</td><td>{escape(str(mail.message['Date'] or ''))}</td></tr>"
            for mail in reversed(self.catcher.mails())
        )
        body = (
            f"<table><tr><th>Subject</th><th>To</th><th>Sent</th></tr>{rows}</table>" if rows else "<p>No mail yet.</p>"
        )
        return _document("Mail", f"<h1>Mail</h1>{body}")

    def _mail(self, mail: Mail) -> str:
        heads = "".join(
            f"<dt>{name}</dt><dd>{escape(str(mail.message[name] or ''))}</dd>" for name in ("From", "To", "Date")
        )
        parts = ['<p><a href="/">All mail</a></p>', f"<h1>{escape(mail.subject)}</h1><dl>{heads}</dl>"]
        for number, (name, media_type, content) in enumerate(mail.attachments):
            link = f'<a href="/mail/{mail.key}/attachment/{number}">{escape(name)}</a>'
            parts.append(f"<p>Attached: {link} ({escape(media_type)}, {len(content):,} bytes)</p>")
        if mail.body("html") is not None:
            parts.append(f'<h2>HTML</h2><iframe sandbox title="The mail as HTML" src="/mail/{mail.key}/html"></iframe>')
        if (text := mail.body("plain")) is not None:
            parts.append(f"<h2>Text</h2><pre>{escape(text)}</pre>")
        return _document(mail.subject, "".join(parts))

    def _html(self, content: str, rules: str = "default-src 'none'; style-src 'self'; frame-src 'self'") -> None:
        self._send(content.encode(), "text/html; charset=utf-8", {"Content-Security-Policy": rules})

    def _send(self, content: bytes, media_type: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(200)
        for name, value in {"Content-Type": media_type, "X-Content-Type-Options": "nosniff", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Keep quiet: addresses and subjects are nobody's business in a log."""


def _attachment(name: str) -> str:
    return 'attachment; filename="' + re.sub(r"[^\w.-]", "_", name, flags=re.ASCII) + '"'


def _document(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/style.css">'
        f"<body><main>{body}</main></body></html>"
    )


def main() -> int:
    """Catch until told to stop; ports from ASSAY_SMTP_PORT and ASSAY_MAIL_PORT, interface from ASSAY_MAIL_HOST."""
    ports = int(os.environ.get("ASSAY_SMTP_PORT", "1025")), int(os.environ.get("ASSAY_MAIL_PORT", "8025"))
    try:
        catcher = Catcher(
            embedded.VAR / "mail",
            smtp_port=ports[0],
            page_port=ports[1],
            host=os.environ.get("ASSAY_MAIL_HOST", "127.0.0.1"),
        )
        catcher.start()
    except OSError as error:
        print(
            f"The mail catcher could not listen on ports {ports[0]} and {ports[1]}: {error.strerror}.", file=sys.stderr
        )
        return 1
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    catcher.stop()
    return 0


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    sys.exit(main())
