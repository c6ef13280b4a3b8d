"""The case of a list that could not be fetched: opened so that somebody looks, closed by the next good load."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy, gettext_noop

from aml.models import ListLoad, Source
from core import cases
from core.access import SYSTEM
from core.models import Case, Organisation
from core.roles import Can


def _words(params: dict[str, Any]) -> dict[str, Any]:
    return params | {"list": Source(params["source"]).label}


CASE = cases.kind(
    "aml_list", prefix="LST", title=gettext_lazy("List not renewed"),
    summary=gettext_noop("%(list)s: the latest fetch was refused or failed; the version in force keeps serving"),
    queue="aml", worked_with=Can.LOAD_WATCHLISTS, words=_words,
)


def open_list_case(load: ListLoad) -> None:
    """Have somebody look at a list that could not be fetched; as long as it stays so it is one case."""
    authority = Organisation.objects.filter(kind=Organisation.Kind.AUTHORITY).first()
    if authority is not None:
        cases.open_case(CASE.name, subject=authority.slug, owner=authority, key=load.source, actor=SYSTEM,
                        params={"source": load.source})


def close_list_case(source: str) -> None:
    """Close the case of a list that was loaded."""
    if case := Case.objects.filter(kind=CASE.name, key=source, status=Case.Status.OPEN).first():
        cases.close_case(case, outcome="arrived", actor=SYSTEM)
