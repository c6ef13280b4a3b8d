"""The drop folder: files that senders put under ``sender/coin/feed/``, taken in once they have stopped growing.

A file is ready when two looks found it with the same size and time, or when ``NAME.done`` lies beside it; names that
end in ``.part`` are still being written. What was taken is moved to ``accepted/`` or ``refused/`` beside its receipt.
The bytes are received first and the file is moved last: a worker that dies in between loses nothing, and the same
bytes received again are the same file.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from core import blobs, feeds
from core.access import SYSTEM
from core.errors import FeedRefused, Refused
from core.models import FeedFile, Organisation
from core.problems import Problem, shown
from issuers.models import Coin
from reserves.services.intake import receive_file
from reserves.services.receipts import receipt_of

LOOKS, LOCK = ".looks.json", ".lock"
OWN = (LOOKS, LOCK, f"{LOOKS}.new")
DONE, GROWING = ".done", (".part", ".tmp", ".filepart", ".crdownload")
ENDED = ("accepted", "refused")
MAX_DEPTH, MAX_NAME = 6, 150
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that was moved: where it lay, where it lies, its receipt, and its row if it was received at all."""

    source: Path
    target: Path
    receipt: dict[str, Any]
    feed_file: FeedFile | None


@dataclass(frozen=True, slots=True)
class _Drop:
    path: Path
    folder: tuple[str, ...]  # the folders between the drop folder and the file
    seen: os.stat_result

    @property
    def size_and_time(self) -> list[int]:
        return [self.seen.st_size, self.seen.st_mtime_ns]


class _Changed(Exception):
    """The file is not what was looked at any more; the next look takes it."""


def collect_drops(root: Path) -> list[Taken]:
    """Take in every file that lies ready and return what was taken, the oldest first.

    One process at a time looks; another that comes meanwhile finds nothing. A file that a worker is judging already
    stays for the next look.

    Raises:
        Refused: the folder is not there.
    """
    if not root.is_dir():
        raise Refused(f"{root} is not a folder.", code="no_drop_folder")
    with _only_one(root) as alone:
        if not alone:
            return []
        found = sorted(_drops(root, ()), key=lambda drop: (drop.seen.st_mtime_ns, drop.path))
        before = _looks(root)
        ready = [drop for drop in found if _is_ready(drop, before)]
        _remember(root, {str(drop.path.relative_to(root)): drop.size_and_time for drop in found})
        return [taken for drop in ready if (taken := _take(root, drop))]


def _drops(folder: Path, within: tuple[str, ...]) -> Iterator[_Drop]:
    """Every file below the folder that is not finished with, and every link, none of which is followed."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in ENDED and not entry.name.startswith(".") and len(within) < MAX_DEPTH:
                    yield from _drops(Path(entry.path), (*within, entry.name))
            elif (within or entry.name not in OWN) and not entry.name.endswith(GROWING):
                with suppress(FileNotFoundError):
                    yield _Drop(Path(entry.path), within, entry.stat(follow_symlinks=False))


def _is_ready(drop: _Drop, before: dict[str, list[int]]) -> bool:
    marker = drop.path.with_name(drop.path.name + DONE)
    if marker.is_file() and not drop.path.name.endswith(DONE):
        return True
    return before.get(str(Path(*drop.folder, drop.path.name))) == drop.size_and_time


def _take(root: Path, drop: _Drop) -> Taken | None:
    """Receive one file and move it; None if it changed, vanished or is being judged."""
    if drop.path.name.endswith(DONE):
        if not drop.path.with_name(drop.path.name.removesuffix(DONE)).exists():
            drop.path.unlink(missing_ok=True)  # its file was taken before
        return None
    try:
        if problem := _misplaced(drop):
            return _end(drop, None, problem)
        with _copied(drop) as copy:
            return _receive(drop, copy)
    except (_Changed, FileNotFoundError):
        return None
    except OSError as error:
        log.warning("drop_unreadable", path=str(drop.path.relative_to(root)), reason=error.strerror)
        return None


def _misplaced(drop: _Drop) -> Problem | None:
    """Judge by place and name alone, before the file is opened."""
    if not stat.S_ISREG(drop.seen.st_mode) or drop.seen.st_nlink != 1:
        return Problem("drop_link", value=_legible(drop.path.name))
    if drop.path.name.startswith(".") or not drop.path.name.isprintable() or len(drop.path.name) > 200:
        return Problem("drop_name", value=_legible(drop.path.name))
    if len(drop.folder) != 3:
        return Problem("drop_place", value="/".join(map(_legible, drop.folder)) or "/")
    return None


@contextmanager
def _copied(drop: _Drop) -> Iterator[Path]:
    """A copy of our own of the very file that was looked at, which nobody can exchange while it is read."""
    handle = os.open(drop.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as source, tempfile.NamedTemporaryFile() as copy:
        if not _same(os.fstat(source.fileno()), drop.seen):
            raise _Changed
        shutil.copyfileobj(source, copy, 1 << 20)
        copy.flush()
        if not _same(os.fstat(source.fileno()), drop.seen):
            raise _Changed
        yield Path(copy.name)


def _receive(drop: _Drop, copy: Path) -> Taken | None:
    sender_slug, symbol, feed = drop.folder
    sender = Organisation.objects.filter(slug=sender_slug).first()
    coin = Coin.objects.select_related("issuer__organisation").filter(symbol=symbol).first()
    digest = blobs.digest_of(copy)[:12]
    if sender is None:
        return _end(drop, digest, Problem("drop_sender", value=_legible(sender_slug)))
    if coin is None:
        return _end(drop, digest, Problem("unknown_coin", value=_legible(symbol)))
    if feed not in feeds.FEEDS:
        allowed = ", ".join(sorted(feeds.FEEDS))
        return _end(drop, digest, Problem("drop_feed", value=_legible(feed), params={"allowed": allowed}))
    try:
        feed_file = receive_file(coin, feed, copy, filename=drop.path.name, actor=SYSTEM, sender=sender)
    except FeedRefused as refusal:
        return _end(drop, digest, *refusal.problems)
    except Refused:
        return _end(drop, digest, Problem("drop_sender", value=_legible(sender_slug)))
    if feed_file.status == FeedFile.Status.RECEIVED:  # too large to be judged on receipt, which a worker may do
        feed_file = feeds.advance(feed_file.pk) or FeedFile.objects.select_related("sender").get(pk=feed_file.pk)
    if feed_file.status == FeedFile.Status.RECEIVED:
        return None
    refused = feed_file.status == FeedFile.Status.REFUSED
    return _moved(drop, ENDED[refused], f"{feed_file.pk:08d}", receipt_of(feed_file), feed_file)


def _end(drop: _Drop, digest: str | None, *problems: Problem) -> Taken | None:
    """Turn away a file that cannot be received; its receipt says why."""
    said = [{**problem.as_dict(), "file": _legible(drop.path.name)} for problem in problems]
    receipt = {"id": None, "filename": _legible(drop.path.name), "state": str(FeedFile.Status.REFUSED.value),
               "problem_count": len(said), "problems": feeds.worded(said)}
    return _moved(drop, ENDED[1], digest or f"{drop.seen.st_ino:012d}", receipt, None)


def _moved(drop: _Drop, ended: str, prefix: str, receipt: dict[str, Any], feed_file: FeedFile | None) -> Taken | None:
    """Write the receipt, then move the file beside it; a file that took its place meanwhile is put back."""
    folder = drop.path.parent / ended
    folder.mkdir(exist_ok=True)
    if folder.is_symlink():
        raise OSError(0, f"{ended} is a link")
    target = folder / f"{prefix}-{_legible(drop.path.name)[:MAX_NAME]}"
    written = folder / f".{prefix}.json"
    written.write_text(json.dumps(receipt, ensure_ascii=False, indent=1), encoding="utf-8")
    written.replace(target.with_name(f"{target.name}.receipt.json"))
    drop.path.rename(target)
    if not _same(target.lstat(), drop.seen):
        if not drop.path.exists():
            target.rename(drop.path)
        raise _Changed
    drop.path.with_name(drop.path.name + DONE).unlink(missing_ok=True)
    return Taken(drop.path, target, receipt, feed_file)


def _same(one: os.stat_result, other: os.stat_result) -> bool:
    return (one.st_dev, one.st_ino, one.st_size, one.st_mtime_ns) == (
        other.st_dev, other.st_ino, other.st_size, other.st_mtime_ns)


def _legible(name: str) -> str:
    """A name that may be shown and written: bytes that are no text and control characters are replaced."""
    return shown(name.encode("utf-8", "replace").decode()).replace("/", "／").lstrip(".") or "_"


@contextmanager
def _only_one(root: Path) -> Iterator[bool]:
    with (root / LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _looks(root: Path) -> dict[str, list[int]]:
    """What the look before this one saw; nothing if it left no record that can be read."""
    with suppress(FileNotFoundError, ValueError):
        found = json.loads((root / LOOKS).read_text(encoding="utf-8"))
        return found if isinstance(found, dict) else {}
    return {}


def _remember(root: Path, looks: dict[str, list[int]]) -> None:
    written = root / OWN[2]
    written.write_text(json.dumps(looks), encoding="ascii")
    written.replace(root / LOOKS)
