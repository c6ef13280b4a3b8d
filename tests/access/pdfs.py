"""An application that was submitted, for the papers of the committee."""

from __future__ import annotations

from tests.reports import licensing

PARTS = {"officer:committee_pack": {"reference": "pdfs_application"}}


def build(world, request) -> None:
    application = licensing.new_application(licensing.applicant())
    licensing.submit(application, prepared_by=request.getfixturevalue("ann"), signed_by=request.getfixturevalue("amy"))
    world["pdfs_application"] = application.reference
