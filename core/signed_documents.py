"""What can be proved of a PDF that somebody shows us, read apart from the server: it may be hostile."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from core import pages, pdfproof

#: Ends of revisions that are looked at: a report has one, and one more with each signature.
MOST_REVISIONS = 16
_END = re.compile(rb"%%EOF(\r\n|\r|\n)?")


def read_signed(raw: bytes, *, roots: Sequence[str], moment: datetime) -> dict[str, Any]:
    """Return what ``core.pdfproof`` says of the PDF; a reader that ran out of memory or time found it unreadable.

    ``roots`` are the certificates (PEM) to which a signature has to lead to be trusted, at ``moment``.
    """
    if not raw[:1024].lstrip().startswith(b"%PDF-"):
        return _nothing(pdfproof.NOT_PDF)
    asked = json.dumps({"roots": list(roots), "moment": moment.isoformat()}).encode() + b"\n"
    # Isolated (-I): neither the directory nor the environment of the server says what is imported.
    program = [sys.executable, "-I", str(Path(pdfproof.__file__))]
    with pages.turn(pages.number_of(hashlib.sha256(raw).hexdigest(), "prove")):
        try:
            done = subprocess.run(program, input=asked + raw, capture_output=True, timeout=pages.PATIENCE_SECONDS,
                                  check=True, env={"PATH": os.defpath})
        except subprocess.SubprocessError:
            return _nothing(pdfproof.UNREADABLE)
    return json.loads(done.stdout)


def _nothing(state: str) -> dict[str, Any]:
    return {"state": state, "facts": [], "attachments": 0, "signatures": [], "added": []}


def digests_of_beginnings(raw: bytes) -> Iterator[tuple[int, str]]:
    """Yield length and SHA-256 of what the file was before each addition at its end, and of the file itself.

    What is added to a PDF without changing it, as a signature is, follows the mark of its end.
    """
    ends = sorted({end for found in _ends(raw) for end in (found.start() + 5, found.end())} | {len(raw)})
    digest, done = hashlib.sha256(), 0
    for end in ends:
        digest.update(memoryview(raw)[done:end])
        done = end
        yield end, digest.hexdigest()


def _ends(raw: bytes) -> Iterator[re.Match[bytes]]:
    for number, found in enumerate(_END.finditer(raw)):
        if number == MOST_REVISIONS:
            return
        yield found
