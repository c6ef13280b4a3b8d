"""Measuring how good the matching of names is: on labelled pairs, and on variants of what the lists hold."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from aml.matching import ALGORITHM, THRESHOLD
from aml.matching.scoring import Pair, count, generated
from aml.models import LabelledPairs, Scorecard
from aml.parsers.name_tables import LABELLED, kind_named
from aml.selectors.name_files import names_of
from aml.selectors.name_index import SOURCES, index_in_force
from aml.selectors.watchlists import versions_in_force
from aml.verbs import LOADED, MEASURED
from core import audit
from core.access import SYSTEM, Actor, require
from core.blobs import read_blob, store_blob
from core.findings import digest_of
from core.models import User
from core.roles import Can
from core.tablefile import Raw


@transaction.atomic
def load_labelled_pairs(raw: Raw, *, filename: str, actor: Actor) -> LabelledPairs:
    """Keep a file of labelled pairs, on which every measuring from now on rests; the same file is kept once.

    Raises:
        FeedRefused: something is wrong with the file.
    """
    require(actor, Can.LOAD_WATCHLISTS)
    rows = names_of(raw, filename, LABELLED)
    blob = store_blob(raw)
    kept, new = LabelledPairs.objects.get_or_create(
        blob=blob,
        defaults={
            "file_name": filename,
            "pair_count": len(rows),
            "loaded_by": actor if isinstance(actor, User) else None,
        },
    )
    if new:
        audit.record(LOADED, target=kept, actor=actor)
    return kept


def measure_names(*, actor: Actor = SYSTEM) -> Scorecard:
    """Measure the algorithm on the lists in force and the labelled pairs loaded last; once for each of them."""
    require(actor, Can.VIEW_ALERTS)
    labelled = LabelledPairs.objects.first()
    lists = [
        {"source": row.source, "number": row.number, "sha256": row.sha256}
        for row in versions_in_force().filter(source__in=SOURCES)
    ]
    digest = digest_of({"algorithm": ALGORITHM, "lists": lists, "labelled": labelled.blob_id if labelled else ""})
    made = Scorecard.objects.filter(digest=digest).first()
    if made is not None:
        return made
    results = {
        "labelled": count(labelled_pairs(labelled)) if labelled else {},
        "generated": count(generated(index_in_force().entries)) if lists else {},
    }
    with transaction.atomic():
        made, new = Scorecard.objects.get_or_create(
            digest=digest,
            defaults={
                "algorithm": ALGORITHM,
                "threshold": f"{THRESHOLD:.4f}",
                "lists": lists,
                "labelled": labelled,
                "results": results,
            },
        )
        if new:
            audit.record(MEASURED, target=made, actor=actor)
    return made


def labelled_pairs(labelled: LabelledPairs) -> list[Pair]:
    """Return the pairs of a file that was kept."""
    rows: list[dict[str, Any]] = names_of(read_blob(labelled.blob.sha256), labelled.file_name, LABELLED)
    return [
        Pair(row["schema"], row["name1"], row["name2"], kind_named(row["schema"]), row["is_match"] == "true")
        for row in rows
    ]
