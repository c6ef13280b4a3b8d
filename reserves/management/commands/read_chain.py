"""Reads a coin and its transfers from its chains and prints what each contract says, or why nothing was accepted."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from core import clock
from core.access import SYSTEM
from core.commands import AnsweringCommand, aligned, day
from issuers.selectors import coin_named
from reserves.services.chain import read_coin
from reserves.services.chain_reading import Outcome
from reserves.services.chain_words import TRANSFER_REASONS, reason_sentence
from reserves.services.transfer_reading import Outcome as TransfersOutcome
from reserves.services.transfer_reading import read_transfers_of
from reserves.tasks import nudge_days_of

COUNTS = ("total_supply", "unissued", "frozen", "pending_redemption")


class Command(AnsweringCommand):
    help = ("Read every contract of a coin at the last final block of a day, and its transfers up to the last final "
            "block there is, from endpoints that must agree.")

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--coin", required=True, metavar="SYM")
        parser.add_argument("--as-of", type=day, metavar="DAY", help="yesterday if not given")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        coin = coin_named(options["coin"], SYSTEM)
        found = read_coin(coin, options["as_of"] or clock.yesterday(), actor=SYSTEM)
        if found.file is not None:
            nudge_days_of(found.file)
        transfers = read_transfers_of(coin, actor=SYSTEM)
        return {
            "coin": coin.symbol, "as_of": found.as_of.isoformat(), "file": found.file and found.file.pk,
            "contracts": [contract_entry(outcome) for outcome in found.outcomes],
            "transfers": [transfers_entry(outcome) for outcome in transfers],
        }

    def table(self, answer: dict[str, Any]) -> list[str]:
        lines = aligned([(name, str(answer[name] or _("No data"))) for name in ("coin", "as_of", "file")])
        for contract in (*answer["contracts"], *answer["transfers"]):
            shown = [(name, str(value)) for name, value in contract.items() if value not in (None, "", [], {})]
            lines += ["", *aligned(shown)]
        return lines

    def refused(self, answer: dict[str, Any]) -> str:
        if not answer["file"]:
            return _("%(coin)s was not read for %(as_of)s: see the state of each contract.") % answer
        if any(each["state"] == "refused" for each in answer["transfers"]):
            return _("The transfers of %(coin)s were not read to the end: see the state of each contract.") % answer
        return ""


def contract_entry(outcome: Outcome) -> dict[str, Any]:
    """Return what is told of one contract."""
    reading = outcome.reading
    entry: dict[str, Any] = {
        "chain": outcome.deployment.chain, "contract": outcome.deployment.contract, "state": outcome.state}
    if reading is None:
        return entry
    counts = {name: getattr(reading, name) for name in COUNTS}
    return entry | {
        "block_number": reading.block_number, "block_hash": reading.block_hash,
        "block_time": reading.block_time and reading.block_time.isoformat(),
        **{name: None if count is None else f"{count.normalize():f}" for name, count in counts.items()},
        "locked": reading.locked, "endpoints": reading.endpoints, "absent": reading.absent,
        "reason": reading.reason, "message": reading.reason and reason_sentence(reading.reason, reading.detail),
        "detail": reading.detail,
    }


def transfers_entry(outcome: TransfersOutcome) -> dict[str, Any]:
    """Return what is told of the transfers of one contract: the blocks that were read now, and how many are in them."""
    unread, ranges = outcome.unread, outcome.ranges
    return {
        "chain": outcome.deployment.chain, "contract": outcome.deployment.contract, "source": "chain",
        "state": outcome.state, "first_block": ranges[0].from_block if ranges else None,
        "last_block": ranges[-1].to_block if ranges else None,
        "transfers": sum(each.transfer_count for each in ranges), "files": [each.file_id for each in ranges],
        "reason": unread.reason if unread else "",
        "message": reason_sentence(unread.reason, unread.data, TRANSFER_REASONS) if unread else "",
        "detail": unread.data if unread else {},
    }
