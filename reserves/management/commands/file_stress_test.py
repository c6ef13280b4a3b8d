"""Files the stress test of a quarter from the shell, in the name of one of the issuer's people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from core.commands import AnsweringCommand, aligned, bytes_of, day
from core.errors import Refused
from core.models import User
from issuers.selectors import coin_named
from reserves.models import StressFiling
from reserves.services.stress_filings import file_at_once


class Command(AnsweringCommand):
    help = "File the stress test of a quarter: texts from files, the report as PDF, figures of a judged day."

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--coin", required=True, metavar="SYM")
        parser.add_argument("--quarter", required=True, type=day, metavar="DAY", help="first day of the quarter")
        parser.add_argument("--as-of", required=True, type=day, metavar="DAY", help="judged day of the figures")
        parser.add_argument("--board-on", required=True, type=day, metavar="DAY", help="when the board received it")
        parser.add_argument("--as", dest="by", required=True, metavar="EMAIL", help="one of the issuer's people")
        for name in ("method", "data-sources", "results"):
            parser.add_argument(f"--{name}", required=True, type=Path, metavar="FILE", help="a text file")
        parser.add_argument("--report", required=True, type=Path, metavar="FILE.pdf")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        person = User.objects.filter(email=options["by"], is_active=True).first()
        if person is None:
            raise Refused(_("Nobody signs in as %(email)s.") % {"email": options["by"]}, code="unknown_person")
        texts = {name: _text(options[name]) for name in ("method", "data_sources", "results")}
        return filing_entry(file_at_once(
            coin_named(options["coin"], person), period_start=options["quarter"], as_of=options["as_of"],
            board_on=options["board_on"], report=bytes_of(options["report"]), report_name=options["report"].name,
            actor=person, **texts,
        ))

    def table(self, answer: dict[str, Any]) -> list[str]:
        return aligned([(name, str(value)) for name, value in answer.items()])


def _text(path: Path) -> str:
    try:
        return bytes_of(path).decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(_("%(file)s is not UTF-8 text.") % {"file": path}, code="unreadable")


def filing_entry(filing: StressFiling) -> dict[str, Any]:
    """Return the receipt of a filed test."""
    return {
        "reference": filing.reference, "coin": filing.coin.symbol, "period_start": filing.period_start.isoformat(),
        "period_end": filing.period_end.isoformat(), "version": filing.version, "as_of": filing.as_of.isoformat(),
        "state": filing.status, "filed_at": filing.filed_at and filing.filed_at.isoformat(),
        "filed_by": filing.filed_by_label, "report_sha256": filing.report_id, "sha256": filing.digest,
    }
