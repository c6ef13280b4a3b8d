"""Performing a day again from the bytes that were received, and saying line by line and figure by figure what agrees.

The lines are read anew by ``reserves.rereading`` and added up plainly, without what the platform computes with;
then they are matched, valued and judged once more. Stored rows serve only to be compared.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any, get_type_hints

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import audit, blobs, clock
from core.access import SYSTEM, Actor, not_permitted
from core.downloads import figure
from core.errors import Refused
from core.feeds import FEEDS
from core.models import FeedFile, Organisation, User
from core.roles import Can
from core.rulebook import NotInForce, load
from reserves import models
from reserves.agreement import Figure, LineCompared, compare_accounts, compare_line, plain_sums
from reserves.lines import HoldingLine, IssuanceLine, LedgerLine, RedemptionLine
from reserves.models import Engagement, EvidenceSnapshot, Reperformance, ReserveDay
from reserves.pricing import Quote
from reserves.rereading import CANONICAL, NotReread, reread
from reserves.selectors.day_files import (
    HOLDINGS,
    ISSUANCE,
    LEDGER,
    PRICES,
    REDEMPTIONS,
    SUPPLY,
    calendar_on,
    files_by_ids,
)
from reserves.selectors.inputs import Inputs, SupplyLine
from reserves.services.assessment import assess_inputs
from reserves.services.result import amount
from reserves.workflows import REPERFORMANCE, acts_for_the_firm

SCHEMA = "assay.reperformance/1"
ASKED = audit.verb("reserves.reperformance.asked", gettext_noop("asked for: %(target)s"),
                   audience=audit.Audience.ISSUER)
#: How long a worker may be silent before another takes the row.
LEASE = timedelta(minutes=15)
TUPLES: dict[str, Any] = {
    HOLDINGS: HoldingLine, LEDGER: LedgerLine, SUPPLY: SupplyLine, PRICES: Quote, REDEMPTIONS: RedemptionLine,
    ISSUANCE: IssuanceLine,
}
TABLES: dict[str, Any] = {
    HOLDINGS: models.Holding, LEDGER: models.LedgerLine, SUPPLY: models.SupplyLine, PRICES: models.Price,
    REDEMPTIONS: models.RedemptionLine, ISSUANCE: models.IssuanceLine, "entries": models.Entry,
}
#: What a statement of a bank or custodian, which names no feed of its own here, may have been stored as.
OF_STATEMENTS = (HOLDINGS, LEDGER, SUPPLY)
#: Names of the row in this database, not of the line.
OWN = frozenset({"id", "file", "line"})
Values = dict[str, Any]
ReadLine = tuple[FeedFile, int, Values]


@dataclass
class Again:
    """What came out: files, lines by feed as (file, row, values), and everything compared."""

    files: list[dict[str, Any]] = field(default_factory=list)
    read: dict[str, list[ReadLine]] = field(default_factory=lambda: {feed: [] for feed in TUPLES})
    lines: list[LineCompared] = field(default_factory=list)
    figures: list[tuple[str, Figure]] = field(default_factory=list)


@transaction.atomic
def ask_reperformance(
    day: ReserveDay, *, actor: Actor, engagement: Engagement | None = None, snapshot: EvidenceSnapshot | None = None
) -> Reperformance:
    """Put a judged day, or one as frozen, in the queue; one that waits there already is returned.

    Raises:
        NotPermitted: the actor neither runs days nor attests for the engagement.
        Refused: the day was never judged.
    """
    auditing = engagement is not None and actor.can(Can.ATTEST, engagement) and not acts_for_the_firm(engagement, actor)
    if not auditing and not actor.can(Can.RUN_DAY, day):
        raise not_permitted(Can.ATTEST)
    if not day.digest:
        raise Refused(_("The day is not judged yet."), code="not_judged")
    waiting = Reperformance.objects.filter(day=day, snapshot=snapshot, status=Reperformance.Status.WAITING)
    if standing := waiting.first():
        return standing
    row = Reperformance.objects.create(
        day=day, snapshot=snapshot, asked_by=actor if isinstance(actor, User) else None, asked_by_label=actor.label,
    )
    audit.record(ASKED, target=row, actor=actor)
    return row


def reperform(pk: int) -> Reperformance | None:
    """Perform a waiting day again and store what came out; None if it is done or another worker has it."""
    row = _claimed(pk)
    if row is None:
        return None
    account = row.snapshot.account if row.snapshot else row.day.result
    again = performed_again(row.day, account or {}, progress=lambda share: _note(pk, share))
    document = as_document(row, again)
    differing = [figure for _by, figure in again.figures if not figure.agrees]
    with transaction.atomic():
        done = REPERFORMANCE.apply(row, "finish", actor=SYSTEM)
        done.progress, done.finished_at = 100, clock.now()
        done.figures, done.figures_differing = len(again.figures), len(differing)
        done.lines, done.lines_differing = len(again.lines), sum(not line.agrees for line in again.lines)
        done.document = blobs.store_blob(json.dumps(document, ensure_ascii=False, indent=1).encode())
        done.save()
    return done


@transaction.atomic
def _claimed(pk: int) -> Reperformance | None:
    free = Q(started_at=None) | Q(started_at__lt=clock.now() - LEASE)
    rows = Reperformance.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
    row = rows.select_related("day__coin__issuer__organisation", "snapshot").filter(
        free, pk=pk, status=Reperformance.Status.WAITING).first()
    if row is not None:
        row.started_at = clock.now()
        row.save(update_fields=["started_at"])
    return row


def _note(pk: int, share: int) -> None:
    Reperformance.objects.filter(pk=pk).update(progress=share)


def performed_again(day: ReserveDay, account: dict[str, Any], *, progress: Any = lambda share: None) -> Again:
    """Read, compare, add up, match and judge the day from its files."""
    again = Again()
    ids = [entry["file"] for entry in account["inputs"]]
    files = FeedFile.objects.filter(pk__in=ids).select_related("sender").in_bulk()
    for number, entry in enumerate(account["inputs"], 1):
        _read_file(again, entry, files[entry["file"]])
        progress(60 * number // len(account["inputs"]))
    _drop_copies(again)
    _add_up(again, day, account)
    progress(70)
    _judge(again, day, account, ids)
    progress(95)
    return again


def _read_file(again: Again, entry: dict[str, Any], file: FeedFile) -> None:
    """Read one file's bytes and hold every line against the row that was stored of it."""
    stored = dict(_stored(file))
    state, lines, reader = "read", [], "independent" if file.feed in CANONICAL else "registered"
    try:
        raw = blobs.read_blob(entry["sha256"])
        lines = reread(raw, file.filename) if file.feed in CANONICAL else _parsed(file, raw)
    except (OSError, ValueError) as problem:  # NotReread is a ValueError; so are bytes that have another digest
        state = "not read as a table" if isinstance(problem, NotReread) else "bytes are not those received"
    read = dict(lines)
    compared = [compare_line(file.feed, entry["sha256"], line, stored.get(line), read.get(line))
                for line in sorted({*stored, *read})]
    again.lines += compared
    again.files.append({"feed": file.feed, "file": file.pk, "sha256": entry["sha256"], "filename": file.filename,
                        "reader": reader, "state": state, "rows": len(read), "stored": len(stored)})
    if file.feed in again.read or file.feed not in TABLES:
        feed = file.feed if file.feed in again.read else HOLDINGS
        again.read[feed] += [(file, line, values) for line, values in lines]


def _stored(file: FeedFile) -> Iterator[tuple[int, Values]]:
    for model in [TABLES[file.feed]] if file.feed in TABLES else [TABLES[feed] for feed in OF_STATEMENTS]:
        names = [each.name for each in model._meta.concrete_fields if each.name not in OWN]
        for line, *values in model.objects.filter(file=file).order_by("line").values_list("line", *names):
            yield line, dict(zip(names, values, strict=True))


def _parsed(file: FeedFile, raw: bytes) -> list[tuple[int, Values]]:
    return [(row.line, row.values) for row in FEEDS[file.feed].parse(raw, filename=file.filename).rows]


def _drop_copies(again: Again) -> None:
    """Leave out the issuer's copy of what a custodian or bank states of an account itself."""
    held = again.read[HOLDINGS]
    first_hand = {values["account_id"] for file, _line, values in held if not _is_issuer(file)}
    again.read[HOLDINGS] = [each for each in held
                            if not _is_issuer(each[0]) or each[2]["account_id"] not in first_hand]


def _is_issuer(file: FeedFile) -> bool:
    return file.sender.kind == Organisation.Kind.ISSUER


def _add_up(again: Again, day: ReserveDay, account: dict[str, Any]) -> None:
    basis, currency = account["circulation_basis"] or {}, account["currency"]
    values = {feed: [values for _file, _line, values in lines] for feed, lines in again.read.items()}
    values[SUPPLY] = [values for _file, _line, values in _supply(again)[0]]
    sums = plain_sums(values[HOLDINGS], values[LEDGER], values[SUPPLY], currency=currency,
                      include_frozen=basis.get("include_frozen", True),
                      include_pending=basis.get("include_pending", False))
    stated: dict[str, Any] = {name: account[name] for name in ("reserve_market_value", "circulation", "surplus",
                                                               "backing_ratio")}
    par = next((each["left"] for each in account["comparisons"] if each["name"] == "par_supply"), None)
    stated |= {"par_outstanding": par}
    stated |= {f"composition[{part['asset_class']}]": part["market_value"] for part in account["composition"]}
    for name in dict.fromkeys([*stated, *sums]):
        value = sums.get(name)
        text = None if value is None else f"{value:f}" if name == "backing_ratio" else amount(value, currency)
        if name == "circulation" and not basis:
            text = None  # no law in force says what circulates
        said = None if stated.get(name) is None else str(stated[name])
        again.figures.append(("sums", Figure(name, _plain(said), _plain(text))))


def _plain(text: str | None) -> str | None:
    """Return a figure as text without zeros at its end, so that 1.50 and 1.5 are the same."""
    return None if text is None else f"{Decimal(text).normalize():f}"


def _judge(again: Again, day: ReserveDay, account: dict[str, Any], ids: list[int]) -> None:
    """Match, value and judge the lines as read anew, and hold the account that comes out against the stored one."""
    rulebook = load()
    calendar = calendar_on(rulebook, day.as_of)
    files = files_by_ids(day.coin, day.as_of, calendar, ids)
    counted, stated = _supply(again)
    made = {feed: _lines(feed, again.read[feed]) for feed in (HOLDINGS, LEDGER, PRICES, REDEMPTIONS, ISSUANCE)}
    inputs = Inputs(
        files=files, holdings=made[HOLDINGS], holding_files=[file.pk for file, _l, _v in again.read[HOLDINGS]],
        ledger=made[LEDGER], supply=_lines(SUPPLY, counted), stated_supply=_lines(SUPPLY, stated),
        supply_is_read=counted is not again.read[SUPPLY], prices=made[PRICES],
        redemptions=made[REDEMPTIONS] if files.of(REDEMPTIONS) else None,
        issuance=made[ISSUANCE] if files.of(ISSUANCE) else None,
    )
    try:
        found = assess_inputs(day.coin, inputs, calendar=calendar, rulebook=rulebook, seen_at=day.opened_at).result
    except (NotInForce, ArithmeticError) as problem:
        again.figures.append(("judged", Figure("account", "judged", str(problem))))
        return
    again.figures += [("judged", figure) for figure in compare_accounts(account, found)]


def _supply(again: Again) -> tuple[list[ReadLine], list[ReadLine]]:
    """Return the counts that count, and beside them the issuer's own where the chain was read itself."""
    lines = again.read[SUPPLY]
    of_chain = [each for each in lines if _is_reader(each[0])]
    return (of_chain, [each for each in lines if not _is_reader(each[0])]) if of_chain else (lines, [])


def _is_reader(file: FeedFile) -> bool:
    return file.sender.kind == Organisation.Kind.READER


def _lines(feed: str, lines: list[ReadLine]) -> list[Any]:
    return [_line(TUPLES[feed], number, file, line, values) for number, (file, line, values) in enumerate(lines, 1)]


def _line(kind: Any, number: int, file: FeedFile, line: int, values: Values) -> Any:
    texts = {name for name, hint in get_type_hints(kind).items() if hint is str}
    given = {name: values.get(name) for name in kind._fields} | {"id": number, "file": file.pk, "line": line}
    if kind is SupplyLine:
        given |= {name: given[name] or Decimal(0) for name in ("unissued", "frozen")}
        given["block_number"] = None if given["block_number"] is None else int(given["block_number"])
    return kind(**{name: "" if given[name] is None and name in texts else given[name] for name in kind._fields})


def as_document(row: Reperformance, again: Again) -> dict[str, Any]:
    """Return what came out as it is downloaded."""
    return {
        "schema": SCHEMA, "coin": row.day.coin.symbol, "as_of": row.day.as_of.isoformat(), "version": row.day.version,
        "digest": row.day.digest, "frozen": row.snapshot.digest if row.snapshot else None, "files": again.files,
        "figures": [{"by": by, "name": each.name, "stated": each.stated, "again": each.again,
                     "agrees": each.agrees} for by, each in again.figures],
        "lines": [{"feed": each.feed, "sha256": each.sha256, "line": each.line, "agrees": each.agrees,
                   "differing": list(each.differing)} for each in again.lines],
    }


def document_of(row: Reperformance) -> dict[str, Any]:
    """Return the stored document of a day that was performed again."""
    return json.loads(blobs.read_blob(row.document_id)) if row.document_id else {}


def table_of(document: dict[str, Any]) -> list[list[Any]]:
    """Return the document as rows: first every figure, then every line."""
    rows: list[list[Any]] = [["what", "by_or_feed", "name_or_sha256", "line", "stated", "again", "agrees", "differing"]]
    rows += [["figure", each["by"], each["name"], "", figure(each["stated"]), figure(each["again"]), each["agrees"], ""]
             for each in document["figures"]]
    rows += [["line", each["feed"], each["sha256"], each["line"], "", "", each["agrees"], " ".join(each["differing"])]
             for each in document["lines"]]
    return rows
