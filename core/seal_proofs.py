"""What is hashed of an event and of a seal, and the proof that an event is in the log, as data that anybody can check.

Who acted is hashed by itself, with a nonce, so that the proof can be given to people who may not read the name: the
rest of the event still has the leaf's hash.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.canonical import canonical, digest_of
from core.merkle import includes, leaf_hash

PROOF = "assay.audit_proof/1"
EVENT = "assay.audit_event/1"
SEAL = "assay.audit_seal/1"
#: What stands in place of the seal before in the first one.
BEFORE_ALL = "0" * 64
#: What of an event is hashed by itself.
WHO = ("actor", "actor_label", "request_id")


def shown_event(columns: Mapping[str, Any], nonce: str) -> dict[str, Any]:
    """Return the event as its leaf has it: who acted is replaced by a hash that only ``nonce`` opens."""
    who = {name: columns[name] for name in WHO}
    rest = {name: value for name, value in columns.items() if name not in WHO}
    return {"schema": EVENT, **rest, "who": digest_of({"nonce": nonce, **who})}


def event_leaf(shown: Mapping[str, Any]) -> bytes:
    """Return the hash of an event's leaf."""
    return leaf_hash(canonical(shown))


def seal_header(
    *, number: int, previous: str, root: str, count: int, first: int, last: int, sealed_at: str
) -> dict[str, Any]:
    """Return what a seal says, of which its digest is taken."""
    return {
        "schema": SEAL, "number": number, "previous": previous, "root": root, "count": count, "first": first,
        "last": last, "sealed_at": sealed_at,
    }


def seal_digest(header: Mapping[str, Any]) -> bytes:
    """Return the digest of a seal, which is its leaf in the tree of all seals."""
    return leaf_hash(canonical(header))


def proof_problems(proof: Mapping[str, Any]) -> Sequence[str]:
    """Return what of a proof does not hold, in codes: ``event``, ``seal``, ``malformed``; nothing if it proves.

    ``event`` and ``who`` lead to the root of the seal, and the seal to the root of the log at ``head``.
    """
    try:
        return _problems(proof)
    except (KeyError, TypeError, ValueError, AttributeError):
        return ["malformed"]


def _problems(proof: Mapping[str, Any]) -> list[str]:
    event, seal, head, who = proof["event"], proof["seal"], proof["head"], proof.get("who")
    opens = who is None or digest_of(who) == event["who"]
    path, log_path = ([bytes.fromhex(each) for each in proof[name]] for name in ("path", "log_path"))
    problems = []
    if not opens or not includes(
        bytes.fromhex(seal["root"]), event_leaf(event), int(proof["index"]), int(seal["count"]), path
    ):
        problems.append("event")
    if not includes(
        bytes.fromhex(head["log_root"]), seal_digest(seal), int(seal["number"]) - 1, int(head["number"]), log_path
    ):
        problems.append("seal")
    return problems
