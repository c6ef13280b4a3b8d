"""The transfers of a range of blocks as the file that goes through the intake: JSON, one line for each transfer.

The first line says what the file is about. It names the range, so that a range in which nothing moved is one too.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from issuers.models import Deployment
from reserves.chain.movements import Moved
from reserves.chain.reading import Span

SCHEMA = "assay.transfers_read/1"


def transfers_file(
    deployment: Deployment, span: Span[Moved], *, endpoints: Sequence[str], times_taken_back: int
) -> bytes:
    """Return the file of the range: the same answers give the same bytes, until the chain takes blocks back."""
    head = {
        "schema": SCHEMA, "chain": deployment.chain, "contract": deployment.contract.lower(), "first_block": span.first,
        "last_block": span.end.number, "last_hash": span.end.hash, "endpoints": list(endpoints),
        "times_taken_back": times_taken_back,
    }
    lines = [json.dumps(head)]
    # Hexadecimal and digits alone: nothing in a line has to be escaped.
    lines += [
        f'[{each.block},{span.times[each.block]},"{each.block_hash}","{each.transaction}",{each.place},'
        f'"{each.sender}","{each.receiver}","{each.value}"]'
        for each in span.events
    ]
    return "\n".join([*lines, ""]).encode()
