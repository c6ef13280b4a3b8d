"""Keeping one run: its facts with their digest, once per key, and what stood before it withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from core import audit
from core.access import SYSTEM, Actor
from core.findings import digest_of
from core.models import Organisation, User
from reports.models import ReportDocument, ReportRun
from reports.services.giving import FIRST_LANGUAGE
from reports.verbs import FROZEN
from reports.workflows import OF_A_DAY, REPORT_RUN


def keep_run(
    key: dict[str, Any], facts: Callable[[], dict[str, Any]], *, owner: Organisation, actor: Actor,
    about: Organisation | None = None,
) -> ReportRun:
    """Return the run of the key, frozen now if there is none; the caller holds the lock on what it is about.

    ``key`` is kind, subject, as_of and version. Earlier versions are withdrawn with the reason. ``about`` is the
    issuer that a report of the authority's own is about. The document in English is wanted at once.
    """
    if standing := ReportRun.objects.filter(**key).first():
        return standing
    frozen = facts()
    run = ReportRun.objects.create(
        **key, reference=frozen["reference"], owner=owner, about=about, facts=frozen, digest=digest_of(frozen),
        frozen_by=actor if isinstance(actor, User) else None,
    )
    ReportDocument.objects.create(run=run, language=FIRST_LANGUAGE)
    audit.record(FROZEN, target=run, actor=actor, data={"digest": run.digest})
    for older in _replaced_by(run):
        REPORT_RUN.apply(older, "withdraw", actor=SYSTEM, note=_("%(reference)s replaces it") % {"reference": run})
    return run


def _replaced_by(run: ReportRun):
    """The runs that the new one takes the place of."""
    if run.kind == ReportRun.Kind.APPLICATION:
        return ReportRun.objects.none()  # what was signed was signed: a later submission does not unsay it
    earlier = ReportRun.objects.filter(kind=run.kind, subject=run.subject, version__lt=run.version)
    if run.kind in OF_A_DAY:
        earlier = earlier.filter(as_of=run.as_of)  # each day or period has versions of its own
    return earlier.exclude(status__in=REPORT_RUN.final)
