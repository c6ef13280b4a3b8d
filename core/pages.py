"""Pages of filed documents as pictures and as text, made apart from the server and kept under the document's digest."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from core import blobs, pdfreader

#: So many documents are opened at a time on one machine; the others wait their turn.
AT_A_TIME = 2
#: Somewhat longer than the limit of processor time that the reader sets itself.
PATIENCE_SECONDS = 30
#: Of so many files the number is remembered: the form that takes a file asks for it, and then whoever keeps the file.
REMEMBERED = 1_000
_numbers: dict[tuple[str, ...], int] = {}


class Unreadable(Exception):
    """The document cannot be drawn or read within the limits: it is damaged, or made to exhaust its reader."""


class Locked(Unreadable):
    """The document opens with a password only."""


def page_picture(sha256: str, number: int) -> bytes:
    """Return a page of the document with the digest as PNG.

    Raises:
        Unreadable: the page cannot be drawn.
    """
    return _kept(sha256, f"{number}.png", "draw", str(number))


def page_texts(sha256: str) -> list[str]:
    """Return the texts of the pages of a PDF; of a very long one those of its beginning.

    Raises:
        Unreadable: the document cannot be read.
    """
    return json.loads(_kept(sha256, "texts.json", "read"))


def page_count(raw: bytes) -> int:
    """Return the number of pages of a PDF that may not be kept yet.

    Raises:
        Locked: it opens with a password only.
        Unreadable: it cannot be opened within the limits.
    """
    return _number(raw, "count")


def pixel_count(raw: bytes, form: str) -> int:
    """Return the number of pixels of a picture of the format (PNG or JPEG) that may not be kept yet.

    Raises:
        Unreadable: it is no such picture, or not whole, or cannot be opened within the limits.
    """
    return _number(raw, "measure", form)


def _number(raw: bytes, *asked: str) -> int:
    known = (hashlib.sha256(raw).hexdigest(), *asked)
    if known not in _numbers:
        with turn(number_of(known[0], asked[0])):
            number = int(_ask_reader(*asked, sent=raw))
        if len(_numbers) >= REMEMBERED:
            _numbers.clear()
        _numbers[known] = number
    return _numbers[known]


def _kept(sha256: str, name: str, command: str, *rest: str) -> bytes:
    """Return what was made before, or make it and keep it: the same bytes have the same pages for ever."""
    path = Path(settings.PAGE_CACHE) / sha256[:2] / sha256 / name
    if path.is_file():
        return path.read_bytes()
    with turn(number_of(sha256, name)):
        if path.is_file():
            return path.read_bytes()
        made = _ask_reader(command, str(blobs.path_of(sha256)), *rest)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(made)
    os.replace(file.name, path)
    return made


def number_of(sha256: str, name: str) -> int:
    """Return which of the turns a page waits for."""
    return (int(sha256[:8], 16) + sum(name.encode())) % AT_A_TIME


@contextmanager
def turn(number: int) -> Iterator[None]:
    """Hold one of the places at which a document is opened, while the block runs."""
    root = Path(settings.PAGE_CACHE)
    root.mkdir(parents=True, exist_ok=True)
    with (root / f"turn-{number}").open("w") as place:
        fcntl.flock(place, fcntl.LOCK_EX)
        yield


def _ask_reader(command: str, *rest: str, sent: bytes | None = None) -> bytes:
    # Isolated (-I): neither the directory nor the environment of the server says what is imported.
    program = [sys.executable, "-I", str(Path(pdfreader.__file__)), command, *rest]
    try:
        done = subprocess.run(
            program, input=sent, capture_output=True, timeout=PATIENCE_SECONDS, check=True, env={"PATH": os.defpath}
        )
    except subprocess.SubprocessError as problem:
        locked = isinstance(problem, subprocess.CalledProcessError) and problem.returncode == pdfreader.LOCKED
        raise (Locked if locked else Unreadable)(str(problem)) from problem
    return done.stdout
