"""Why a reading of a chain was refused, in a person's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.wording import clauses

REASONS: dict[str, Any] = {
    "too_few": gettext_lazy("Fewer than two endpoints answered: %(absent)s."),
    "block_differs": gettext_lazy("The endpoints do not agree on the last block of the day: %(answers)s."),
    "creation_differs": gettext_lazy("The endpoints do not agree on the block in which the contract was made."),
    "contract_differs": gettext_lazy("The endpoints do not agree that there is a contract at the address."),
    "no_contract": gettext_lazy("There was no contract at the address at the end of the day."),
    "decimals_differs": gettext_lazy("The endpoints do not agree on the decimals of the coin: %(answers)s."),
    "supply_differs": gettext_lazy("The endpoints do not agree on the total supply, in raw units: %(answers)s."),
    "balance_differs": gettext_lazy("The endpoints do not agree on the balance of %(of)s, in raw units: %(answers)s."),
    "logs_differs": gettext_lazy("The endpoints do not agree on the events; they gave so many: %(answers)s."),
    "supply_unexplained": gettext_lazy(
        "The events do not explain the total supply: %(before)s before, %(minted)s issued, %(burnt)s destroyed, and "
        "%(after)s after."
    ),
    "parts_exceed_supply": gettext_lazy(
        "The registered wallets and frozen addresses hold %(parts)s, more than the total supply of %(after)s."
    ),
    "too_precise": gettext_lazy("The contract has %(decimals)s decimals; 18 can be read."),
    "file_refused": gettext_lazy("What was read is not accepted: see receipt %(receipt)s."),
    "out_of_range": gettext_lazy("The contract states an amount that is too large to be one: %(amount)s."),
}
#: The same of transfers, which are read up to the last final block, whatever day it is of.
TRANSFER_REASONS = REASONS | {
    "block_differs": gettext_lazy("The endpoints do not agree on a block: %(answers)s."),
    "no_contract": gettext_lazy("There is no contract at the address."),
}
ABSENCES: dict[str, Any] = {
    "unreachable": gettext_lazy("cannot be reached"),
    "timed_out": gettext_lazy("did not answer in time"),
    "too_large": gettext_lazy("answered with more than is read"),
    "not_json": gettext_lazy("answered what is not JSON"),
    "malformed": gettext_lazy("answered what no node answers"),
    "http_status": gettext_lazy("answered with an error of its server"),
    "redirected": gettext_lazy("sends elsewhere, which is not followed"),
    "rpc_error": gettext_lazy("refused to answer"),
    "wrong_chain": gettext_lazy("serves another chain"),
    "no_finality": gettext_lazy("does not say which blocks are final"),
    "no_block": gettext_lazy("does not have the block"),
    "not_final": gettext_lazy("does not call the day final yet"),
}


def absence_sentence(reason: str) -> str:
    """Return why an endpoint does not count, with the detail that it was kept with."""
    code, _colon, detail = reason.partition(": ")
    words = str(ABSENCES.get(code, code))
    return f"{words} ({detail})" if detail else words


def reason_sentence(reason: str, detail: Mapping[str, Any], reasons: Mapping[str, Any] = REASONS) -> str:
    """Return why nothing was accepted, naming the endpoints and what each of them said."""
    absent = [_("%(name)s %(reason)s") % {"name": name, "reason": absence_sentence(why)}
              for name, why in detail.get("absent", {}).items()]
    answers = [_("%(name)s says %(answer)s") % {"name": name, "answer": answer}
               for name, answer in detail.get("answers", {}).items()]
    words = {**detail, "absent": clauses(absent) if absent else _("no more are set"), "answers": clauses(answers)}
    return str(reasons[reason]) % words
