"""From frozen facts of any kind to the bytes of their document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from core import blobs
from core.calendars import HONG_KONG
from core.findings import canonical, digest_of
from core.models import Blob
from reports.builders import (
    application,
    attestation_comparison,
    breach_dossier,
    breach_dossier_page,
    committee_pack,
    daily_reserve,
    fee_invoice,
    inspection_pack,
    licence_certificate,
    monthly_printed,
    monthly_supervision,
    quarterly_overview,
    quarterly_printed,
    screening,
    sections,
    weekly_statement,
)
from reports.builders.verification import verification
from reports.services.packing import store_pack

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Form:
    """How facts of one schema are printed: what the page says, when the facts are of, template and style."""

    printed: Callable[[Facts, str], dict[str, Any]]
    dated: Callable[[Facts], datetime]
    template: str
    stylesheet: str


def document(frozen: dict[str, Any], *, language: str = "en") -> bytes:
    """Return the PDF of frozen facts in a language, with the facts themselves attached; equal facts give equal bytes.

    In English it prints its Chinese title too.

    Raises:
        KeyError: nothing prints facts of this schema.
    """
    from reports.render import Annex, render_pdf  # WeasyPrint is large, and most processes print nothing

    form = FORMS[frozen["schema"]]
    with translation.override(language):
        context = form.printed(frozen, digest_of(frozen))
        context["verify"] = verification(frozen["reference"]) if is_kept(frozen) else None
        return render_pdf(
            form.template, context, language=language, stylesheet=form.stylesheet,
            attachment=canonical(frozen), attachment_name=context["attachment"],
            attachment_description=_("The facts of this report, as JSON (%(schema)s)") % {"schema": frozen["schema"]},
            made_at=form.dated(frozen).astimezone(UTC),
            annexes=[
                Annex(each["name"], blobs.read_blob(each["sha256"]),
                      _("A table that is too long to print, with what it was made from"))
                for each in frozen.get("annexes", ())
            ],
        )


def store_document(frozen: dict[str, Any], *, language: str = "en") -> tuple[Blob, Blob | None]:
    """Keep the document of frozen facts in a language; of an archive also the index in it, to be looked at.

    Raises:
        KeyError: nothing prints facts of this schema.
        ValueError: a file that belongs in it was changed on disk.
    """
    pdf = blobs.store_blob(raw := document(frozen, language=language))
    return (store_pack(frozen, raw), pdf) if frozen["schema"] == inspection_pack.SCHEMA else (pdf, None)


def is_kept(frozen: Facts) -> bool:
    """Whether the platform keeps these facts under their reference: only then their document is signed and verified."""
    if frozen["schema"] == daily_reserve.SCHEMA:
        return frozen["result"]["version"] is not None  # a what-if is nowhere kept
    return frozen["schema"] != screening.SCHEMA


def _dated_day(frozen: Facts) -> datetime:
    as_of = datetime.fromisoformat(frozen["result"]["as_of"])
    made_at = frozen["judged_at"] and datetime.fromisoformat(frozen["judged_at"])
    return made_at or datetime.combine(as_of, time(), HONG_KONG)


def _framed(printed: Callable[[Facts], dict[str, Any]], template: str) -> Form:
    """A document of the common frame: its facts say themselves when they are of."""

    def context(frozen: Facts, digest: str) -> dict[str, Any]:
        return {"facts": frozen, "digest": digest, "attachment": f"{frozen['reference']}.json", **printed(frozen)}

    return Form(context, lambda frozen: datetime.fromisoformat(frozen["dated_at"]), template, "css/document.css")


FORMS: dict[str, Form] = {
    daily_reserve.SCHEMA: Form(sections.printed, _dated_day, "pdf/daily_reserve.html", "css/report.css"),
    application.SCHEMA: _framed(application.printed, "pdf/application.html"),
    committee_pack.SCHEMA: _framed(committee_pack.printed, "pdf/committee_pack.html"),
    licence_certificate.SCHEMA: _framed(licence_certificate.printed, "pdf/licence_certificate.html"),
    screening.SCHEMA: _framed(screening.printed, "pdf/screening.html"),
    fee_invoice.SCHEMA: _framed(fee_invoice.printed, "pdf/fee_invoice.html"),
    weekly_statement.SCHEMA: _framed(weekly_statement.printed, "pdf/weekly_statement.html"),
    monthly_supervision.SCHEMA: _framed(monthly_printed.printed, "pdf/monthly_supervision.html"),
    quarterly_overview.SCHEMA: _framed(quarterly_printed.printed, "pdf/quarterly_overview.html"),
    breach_dossier.SCHEMA: _framed(breach_dossier_page.printed, "pdf/breach_dossier.html"),
    inspection_pack.SCHEMA: _framed(inspection_pack.printed, "pdf/inspection_pack.html"),
    attestation_comparison.SCHEMA: _framed(attestation_comparison.printed, "pdf/attestation_comparison.html"),
}
