"""Takes in one file of a coin's reserve from the shell and prints its receipt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import feeds
from core.access import SYSTEM
from core.commands import AnsweringCommand, aligned, bytes_of, day
from core.errors import Refused
from core.models import FeedFile, Organisation
from issuers.selectors import coin_named
from reserves.services.intake import receive_file
from reserves.services.receipts import receipt_of
from reserves.tasks import nudge_days_of


class Command(AnsweringCommand):
    help = "Store a file once, judge it, print the receipt: id, sha256, rows, state, problems."

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("feed", metavar="FEED", help="what the file is: holdings, camt053 …")
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--coin", required=True, metavar="SYM")
        parser.add_argument("--as-of", type=day, metavar="DAY", help="the day that the file is said to be for")
        parser.add_argument("--sender", metavar="ORG", help="slug or English name; the coin's issuer if not given")
        parser.add_argument("--supersedes", type=int, metavar="ID", help="receipt of the file that this one corrects")
        parser.add_argument("--wait", action="store_true", help="judge a large file here, not in a worker")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        coin = coin_named(options["coin"], SYSTEM)
        feed_file = receive_file(
            coin, options["feed"], bytes_of(options["file"]), filename=options["file"].name, actor=SYSTEM,
            sender=_sender_named(options["sender"]), as_of=options["as_of"],
            supersedes=_receipt(options["supersedes"]),
        )
        if feed_file.status == FeedFile.Status.RECEIVED and options["wait"]:
            feed_file = feeds.advance(feed_file.pk) or FeedFile.objects.get(pk=feed_file.pk)
        nudge_days_of(feed_file)
        return receipt_of(feed_file)

    def table(self, answer: dict[str, Any]) -> list[str]:
        lines = aligned([(name, str(answer[name])) for name in
                         ("id", "feed", "coin", "as_of", "sender", "sha256", "rows", "state")])
        for problem in answer["problems"]:
            place = " ".join(part for part in (problem["sheet"], _("row %(row)s") % problem if problem["row"] else "",
                                               problem["column"]) if part)
            lines.append(f"{problem['file']} {place}: {problem['message']} {problem['fix']}".rstrip())
        if answer["state"] == FeedFile.Status.QUARANTINED:
            lines.append(_("The file is held as implausible and does not count until an officer has released it."))
        return lines

    def refused(self, answer: dict[str, Any]) -> str:
        if answer["state"] != FeedFile.Status.REFUSED:
            return ""
        count = answer["problem_count"]
        return ngettext("The file is refused: %(count)s problem.", "The file is refused: %(count)s problems.",
                        count) % {"count": count}


def _sender_named(name: str | None) -> Organisation | None:
    if name is None:
        return None
    found = Organisation.objects.filter(Q(slug=name) | Q(name_en=name)).first()
    if found is None:
        raise Refused(_("There is no organisation %(name)s.") % {"name": name}, code="unknown_sender")
    return found


def _receipt(pk: int | None) -> FeedFile | None:
    if pk is None:
        return None
    found = FeedFile.objects.filter(pk=pk).first()
    if found is None:
        raise Refused(_("There is no receipt %(receipt)s.") % {"receipt": pk}, code="unknown_receipt")
    return found
