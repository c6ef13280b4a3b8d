"""Reads mail that came back: a status notification (RFC 3464), whose message it names, and what it says of the address.

Anybody may send to the address where mail comes back. Nothing here trusts what it reads: sizes and depths are bounded,
and the names of messages are only candidates, which carry a proof that the caller checks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message as Parsed
from email.policy import compat32

#: What is read of a mail; a status notification stands at its beginning, what it returns after it.
MAX_BYTES = 512_000
MAX_PARTS, MAX_NAMES = 40, 20
NAME = re.compile(rb"(?<![0-9])([0-9]{1,18})\.([0-9a-f]{20})@")
CODE = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
#: That there is no such box, or nobody's any more (RFC 3463): of all other failures the address may recover.
DEAD = re.compile(r"5\.(1\.(1|2|3|6|10)|2\.1|0\.0)$")


@dataclass(frozen=True)
class Returned:
    """What a mail that came back says: ``kind`` hard, soft, unknown; ``names`` are (number, proof) of our messages."""

    kind: str
    address: str = ""
    code: str = ""
    reason: str = ""
    names: tuple[tuple[int, str], ...] = ()

    @property
    def address_is_dead(self) -> bool:
        return self.kind == "hard" and DEAD.match(self.code) is not None


def parse(raw: bytes) -> Returned:
    """Return what the mail says; whatever it is, the answer is one of ours."""
    raw = raw[:MAX_BYTES]
    names = tuple(dict.fromkeys((int(pk), proof.decode()) for pk, proof in NAME.findall(raw)))[:MAX_NAMES]
    lowered = raw.lower()
    if lowered.count(b"multipart/") + lowered.count(b"message/") > MAX_PARTS:
        return Returned("unknown", reason="too many parts", names=names)
    blocks = _status_blocks(message_from_bytes(raw, policy=compat32))
    reports = [report for block in blocks if (report := _report(block))]
    for kind in ("hard", "soft"):
        for found, address, code, reason in reports:
            if found == kind:
                return Returned(kind, address, code, reason, names)
    return Returned("unknown", reason=_first_line(raw), names=names)


def _status_blocks(mail: Parsed) -> list[Parsed]:
    """Return the groups of fields of every delivery-status part: one about the mail, one per recipient."""
    blocks: list[Parsed] = []
    for part in mail.walk():
        groups = part.get_payload() if part.get_content_type() == "message/delivery-status" else None
        if isinstance(groups, list):
            blocks += [group for group in groups if isinstance(group, Parsed)]
    return blocks[:MAX_PARTS]


def _report(block: Parsed) -> tuple[str, str, str, str] | None:
    """Return kind, address, code and reason of the fields about one recipient."""
    action = _field(block, "Action").lower()
    recipient = _field(block, "Final-Recipient") or _field(block, "Original-Recipient")
    if not action or not recipient:
        return None
    said = _field(block, "Diagnostic-Code").partition(";")[2].strip() or _field(block, "Diagnostic-Code")
    found = CODE.search(_field(block, "Status")) or CODE.search(said)
    address = recipient.rpartition(";")[2].strip().strip("<>")
    kind = "hard" if action == "failed" else "soft"
    return kind, address[:320], found[0] if found else "", said[:500]


def _field(block: Parsed, name: str) -> str:
    return " ".join(str(block.get(name, "")).replace("\x00", "").encode(errors="replace").decode().split())


def _first_line(raw: bytes) -> str:
    """Return the subject, for the person who will look at it."""
    found = re.search(rb"(?im)^subject:[ \t]*(.{0,300})", raw)
    return found[1].decode(errors="replace").replace("\x00", "").strip() if found else ""
