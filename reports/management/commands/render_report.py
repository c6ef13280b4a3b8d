"""Writes a document to a file: as it was frozen, or a day's report as another law or rulebook file would judge it."""

from __future__ import annotations

from argparse import FileType
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from core import blobs, clock
from core.access import SYSTEM
from core.commands import AnsweringCommand, aligned, day
from core.errors import Refused
from core.findings import digest_of
from issuers.models import Application, Breach, Fee, Issuer, RegisterEntry, Submission
from issuers.selectors import coin_named
from reports.models import ReportRun
from reports.services.documents import document, is_kept
from reports.services.dossiers import freeze_attestation_comparison, freeze_breach_dossier
from reports.services.giving import FIRST_LANGUAGE
from reports.services.licensing import (
    freeze_application,
    freeze_certificate,
    freeze_committee_pack,
    freeze_invoice,
)
from reports.services.packing import write_pack
from reports.services.packs import freeze_inspection_pack
from reports.services.periodic import (
    freeze_monthly_supervision,
    freeze_quarterly_overview,
    freeze_weekly_statement,
)
from reports.services.reports import facts_of_what_if, freeze_report
from reports.services.signing import signed_bytes
from reports.signing_keys import is_configured
from reserves import selectors
from reserves.models import Engagement, WeeklyStatement
from reserves.services.days import run_day

K = ReportRun.Kind
#: Options that are not called what they are kept under.
OPTIONS = {"first": "from", "last": "to"}
#: What each kind has to be asked by.
ASKED_BY = {
    K.DAILY_RESERVE: ("coin", "as_of"), K.APPLICATION: ("application",), K.COMMITTEE_PACK: ("application",),
    K.LICENCE_CERTIFICATE: ("licence",), K.FEE_INVOICE: ("invoice",),
    K.MONTHLY_SUPERVISION: ("issuer", "as_of"), K.WEEKLY_STATEMENT: ("coin", "as_of"), K.QUARTERLY_OVERVIEW: ("as_of",),
    K.BREACH_DOSSIER: ("case",), K.INSPECTION_PACK: ("issuer", "first", "last"),
    K.ATTESTATION_COMPARISON: ("engagement",),
}


class Command(AnsweringCommand):
    """``render_report KIND --out FILE.pdf`` with what the kind is about.

    ``daily_reserve --coin SYM --as-of DAY [--law-on DAY] [--rulebook FILE]``,
    ``application --application REF [--number N]``, ``committee_pack --application REF [--number N]``,
    ``licence_certificate --licence NUMBER``, ``fee_invoice --invoice NUMBER``,
    ``monthly_supervision --issuer NAME --as-of LAST-DAY``, ``weekly_statement --coin SYM --as-of DAY``,
    ``quarterly_overview --as-of LAST-DAY``, ``breach_dossier --case REF``,
    ``inspection_pack --issuer NAME --from DAY --to DAY``, ``attestation_comparison --engagement REF``;
    ``--language`` writes it in another language than English.
    """

    help = (
        "Write a document as PDF, signed where this place has a key, an inspection pack as ZIP. With --law-on or"
        " --rulebook a day is only assessed: nothing is stored, and nothing signed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("kind", choices=[kind.value for kind in ASKED_BY])
        parser.add_argument("--coin", help="symbol of the coin")
        parser.add_argument("--as-of", type=day, metavar="DAY", help="day of the position, or last day of the period")
        parser.add_argument("--law-on", type=day, metavar="DAY", help="judge as if the law of this day applied")
        parser.add_argument("--rulebook", type=FileType("rb"), metavar="FILE", help="a rulebook file laid over the law")
        parser.add_argument("--application", metavar="REF", help="reference of the application")
        parser.add_argument(
            "--number", type=int, metavar="N",
            help="of the submission (else the latest), or of papers compiled before (else they are compiled now)",
        )
        parser.add_argument("--licence", metavar="NUMBER", help="number of the licence")
        parser.add_argument("--invoice", metavar="NUMBER", help="number of the invoice")
        parser.add_argument("--unsigned", action="store_true",
                            help="write the bytes before signing, which equal facts give again")
        parser.add_argument("--language", default=FIRST_LANGUAGE, choices=dict(settings.LANGUAGES),
                            help="language (default: en)")
        parser.add_argument("--case", metavar="REF", help="reference of the breach's case")
        parser.add_argument("--issuer", metavar="NAME", help="short name of the issuer, as in addresses")
        parser.add_argument("--from", dest="first", type=day, metavar="DAY", help="first day of the pack")
        parser.add_argument("--to", dest="last", type=day, metavar="DAY", help="last day of the pack")
        parser.add_argument("--engagement", metavar="REF", help="reference of the attestation engagement")
        parser.add_argument("--out", required=True, type=Path, metavar="FILE", help="where to write it")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        kind = K(options["kind"])
        lacking = [f"--{OPTIONS.get(name, name).replace('_', '-')}" for name in ASKED_BY[kind] if not options[name]]
        if lacking:
            raise Refused(_("Say which: %(options)s.") % {"options": ", ".join(lacking)}, code="option_missing")
        frozen = FROZEN[kind](options)
        out, pdf = options["out"], document(frozen, language=options["language"])
        signs = is_configured() and is_kept(frozen) and not options["unsigned"]
        if signs:
            pdf = signed_bytes(pdf, frozen, kind=kind, language=options["language"], at=clock.now())
        out.parent.mkdir(parents=True, exist_ok=True)
        if kind == K.INSPECTION_PACK:
            write_pack(out, frozen, pdf)
        else:
            out.write_bytes(pdf)
        return {
            "reference": frozen["reference"], "facts_sha256": digest_of(frozen), "sha256": blobs.digest_of(out),
            "bytes": out.stat().st_size, "signed": signs, "out": str(out),
        }

    def table(self, answer: dict[str, Any]) -> list[str]:
        return aligned([(name, str(value)) for name, value in answer.items()])


def _day(options: dict[str, Any]) -> dict[str, Any]:
    coin = coin_named(options["coin"], SYSTEM)
    overlay = options["rulebook"] and options["rulebook"].read()
    if options["law_on"] or overlay:
        result = run_day(coin, options["as_of"], actor=SYSTEM, law_on=options["law_on"], overlay=overlay)
        return facts_of_what_if(coin, result)
    judged = selectors.day(coin, options["as_of"])
    if judged is None:
        raise Refused(
            _("%(coin)s on %(day)s is not judged yet.") % {"coin": coin, "day": options["as_of"]},
            code="day_not_judged",
        )
    return freeze_report(options["kind"], judged, actor=SYSTEM).facts


def _application(options: dict[str, Any]) -> dict[str, Any]:
    submissions = Submission.objects.filter(application__reference=options["application"])
    if options["number"] is not None:
        submissions = submissions.filter(number=options["number"])
    submission = _found(submissions.order_by("-number").first(), options["application"])
    return freeze_application(submission, actor=SYSTEM).facts


def _committee_pack(options: dict[str, Any]) -> dict[str, Any]:
    if options["number"] is not None:
        made = ReportRun.objects.filter(
            kind=K.COMMITTEE_PACK, subject=options["application"], version=options["number"]
        )
        return _found(made.first(), options["application"]).facts
    application = Application.objects.filter(reference=options["application"]).first()
    return freeze_committee_pack(_found(application, options["application"]), actor=SYSTEM).facts


def _certificate(options: dict[str, Any]) -> dict[str, Any]:
    entries = RegisterEntry.objects.filter(licence__number=options["licence"]).order_by("-version")
    return freeze_certificate(_found(entries.first(), options["licence"]), actor=SYSTEM).facts


def _invoice(options: dict[str, Any]) -> dict[str, Any]:
    fee = Fee.objects.filter(invoice=options["invoice"]).first()
    return freeze_invoice(_found(fee, options["invoice"]), actor=SYSTEM).facts


def _monthly_supervision(options: dict[str, Any]) -> dict[str, Any]:
    issuer = Issuer.objects.filter(organisation__slug=options["issuer"]).first()
    return freeze_monthly_supervision(_found(issuer, options["issuer"]), options["as_of"], actor=SYSTEM).facts


def _weekly_statement(options: dict[str, Any]) -> dict[str, Any]:
    filed = WeeklyStatement.objects.filter(coin=coin_named(options["coin"], SYSTEM), as_at=options["as_of"],
                                           status=WeeklyStatement.Status.FILED)
    return freeze_weekly_statement(_found(filed.first(), options["coin"]), actor=SYSTEM).facts


def _quarterly_overview(options: dict[str, Any]) -> dict[str, Any]:
    return freeze_quarterly_overview(options["as_of"], actor=SYSTEM).facts


def _dossier(options: dict[str, Any]) -> dict[str, Any]:
    breach = Breach.objects.filter(case__reference=options["case"]).first()
    return freeze_breach_dossier(_found(breach, options["case"]), actor=SYSTEM).facts


def _pack(options: dict[str, Any]) -> dict[str, Any]:
    issuer = _found(Issuer.objects.filter(organisation__slug=options["issuer"]).first(), options["issuer"])
    return freeze_inspection_pack(issuer, options["first"], options["last"], actor=SYSTEM).facts


def _comparison(options: dict[str, Any]) -> dict[str, Any]:
    engagement = Engagement.objects.filter(reference=options["engagement"]).first()
    return freeze_attestation_comparison(_found(engagement, options["engagement"]), actor=SYSTEM).facts


def _found(record: Any, name: str) -> Any:
    if record is None:
        raise Refused(_("There is nothing to write a document of under %(name)s.") % {"name": name}, code="not_found")
    return record


FROZEN = {
    K.DAILY_RESERVE: _day, K.APPLICATION: _application, K.COMMITTEE_PACK: _committee_pack,
    K.LICENCE_CERTIFICATE: _certificate, K.FEE_INVOICE: _invoice,
    K.MONTHLY_SUPERVISION: _monthly_supervision, K.WEEKLY_STATEMENT: _weekly_statement,
    K.QUARTERLY_OVERVIEW: _quarterly_overview,
    K.BREACH_DOSSIER: _dossier, K.INSPECTION_PACK: _pack, K.ATTESTATION_COMPARISON: _comparison,
}
