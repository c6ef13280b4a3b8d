"""Freezing an inspection pack: its tables written and kept, the files that it takes along named by their digests."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils import translation
from django.utils.translation import gettext as _

from core import blobs, clock
from core.access import Actor, require
from core.archives import safe_name
from core.downloads import csv_text
from core.errors import Refused
from core.findings import canonical
from core.models import Blob
from core.roles import Can
from issuers.models import Issuer
from reports.builders import inspection_pack as built
from reports.models import ReportRun
from reports.selectors import packs as reading
from reports.services.dossiers import authority, next_version, same_matter
from reports.services.runs import keep_run
from reports.workflows import REPORT_RUN

#: Days and bytes (of files as received and of reports) that one pack takes.
MOST_DAYS = 366
MOST_BYTES = 2_000_000_000
CHUNK = 2000
#: The audit trail is written twice, for people and for programs.
TRAILS = 2
Member = dict[str, str]
Progress = Callable[[int, int], None]


def freeze_inspection_pack(
    issuer: Issuer, first: date, last: date, *, actor: Actor, progress: Progress = lambda done, total: None
) -> ReportRun:
    """Freeze what is on record of the issuer for the period; where nothing has changed since, return the latest pack.

    It is the authority's own: no person of the issuer knows of it. It is a draft until another officer approves it.
    The tables are kept first, each by itself: ``progress`` is told how many parts of how many are written.

    Raises:
        NotPermitted: the actor does not make reports.
        Refused: the days are none that a pack can be of, or their files are more than one pack takes.
    """
    require(actor, Can.RENDER_REPORTS, issuer)
    check_period(first, last)
    members, counts = _members(issuer, first, last, progress)
    return _kept(issuer, first, last, members, counts, actor)


@transaction.atomic
def _kept(
    issuer: Issuer, first: date, last: date, members: list[Member], counts: dict[str, int], actor: Actor
) -> ReportRun:
    row = Issuer.objects.select_for_update(no_key=True, of=("self",)).select_related("organisation").get(pk=issuer.pk)
    owner, now = authority(), clock.now()
    subject = f"{built.key_of(row, last)} {first.isoformat()}/{last.isoformat()}"
    version, latest = next_version(ReportRun.Kind.INSPECTION_PACK, subject)
    frozen = built.facts(
        row, first, last, version=version, compiled_at=now, compiled_by=actor.label, members=members, counts=counts
    )
    if latest and latest.status not in REPORT_RUN.final and same_matter(latest.facts, frozen):
        return latest
    key = {"kind": ReportRun.Kind.INSPECTION_PACK, "subject": subject, "as_of": last, "version": version}
    return keep_run(key, lambda: frozen, owner=owner, about=row.organisation, actor=actor)


def check_period(first: date, last: date) -> None:
    """Refuse days that no pack can be of.

    Raises:
        Refused: they are out of order, to come, or too many.
    """
    if first > last:
        raise Refused(_("The first day comes after the last."), code="period")
    if last > clock.today():
        raise Refused(_("A pack is of days up to today."), code="period")
    if (last - first).days >= MOST_DAYS:
        raise Refused(_("A pack is of at most %(days)d days.") % {"days": MOST_DAYS}, code="period")


def _members(
    issuer: Issuer, first: date, last: date, progress: Progress
) -> tuple[list[Member], dict[str, int]]:
    """Keep the tables of the pack; return every file in it but those that are made when it is written."""
    period = (issuer, first, last)
    judged = reading.days_in(*period).filter(status="judged").values_list("result__inputs", flat=True)
    rested = {each["file"] for inputs in judged for each in inputs or ()}
    files = [(file, _name_of(file)) for file in reading.files_in(*period, rested)]
    reports = list(reading.reports_in(*period))
    taken = [file.blob for file, _name in files] + [run.document for run in reports if run.document]
    _check_size(sum(blob.size for blob in taken))
    tables = {
        "days": built.day_rows(*period), "findings": built.finding_rows(*period), "breaks": built.break_rows(*period),
        "breaches": built.breach_rows(*period), "duties": built.duty_rows(*period), "files": built.file_rows(files),
    }
    members, counts, parts = [], {"reports": len(reports)}, len(tables) + TRAILS
    for number, (name, rows) in enumerate(tables.items()):
        progress(number, parts)
        blob, counts[name] = _stored_table(rows)
        members.append(_member(f"tables/{name}.csv", blob, "table"))
    with translation.override("en"):
        progress(len(tables), parts)
        blob, counts["acts"] = _stored_table(built.act_rows(reading.acts_in(*period).iterator(CHUNK)))
        members.append(_member("audit-trail/acts.csv", blob, "trail"))
        progress(len(tables) + 1, parts)
        acts = (canonical(built.act_row(event)).decode() + "\n" for event in reading.acts_in(*period).iterator(CHUNK))
        members.append(_member("audit-trail/acts.jsonl", _stored(acts), "trail"))
    progress(parts, parts)
    members += [_member(name, file.blob, "file") for file, name in files]
    members += [_member(f"reports/{run.filename}", run.document, "report") for run in reports if run.document]
    return members, counts


def _name_of(file: Any) -> str:
    """The name of a received file in the pack: by day and receipt, and as near as can be to the sender's own."""
    day = file.as_of.isoformat() if file.as_of else "no-day"
    return f"files/{day}/{file.pk}/{safe_name(file.filename)}"


def _check_size(size: int) -> None:
    if size > MOST_BYTES:
        raise Refused(
            _("The files of these days have %(size)s, and one pack takes %(most)s. Choose fewer days.")
            % {"size": filesizeformat(size), "most": filesizeformat(MOST_BYTES)},
            code="too_large",
        )


def _member(name: str, blob: Blob, what: str) -> Member:
    return {"name": name, "sha256": blob.sha256, "size": str(blob.size), "what": what}


def _stored_table(rows: Iterable[Sequence[Any]]) -> tuple[Blob, int]:
    """Keep rows as CSV, which begins with their heading; return it with the number of rows."""
    count = -1  # the heading is no row

    def texts() -> Iterator[str]:
        nonlocal count
        given = iter(rows)
        while some := list(islice(given, CHUNK)):
            count += len(some)
            yield csv_text(some)

    return _stored(texts()), count


def _stored(texts: Iterable[str]) -> Blob:
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="") as file:
        for text in texts:
            file.write(text)
        file.flush()
        return blobs.store_blob(Path(file.name))
