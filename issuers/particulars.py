"""What is known of a person or body, checked before it is kept: names, birth or registration, country, identifiers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core.wording import hk_date
from issuers.identifiers import (
    IdentifierRefused,
    check_adult,
    check_country,
    check_lei,
    check_registration_number,
)

INDIVIDUAL, BODY = "individual", "body_corporate"


def checked_particulars(
    kind: str, given: Mapping[str, Any], *, today: date
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the values as they are stored, and what is wrong by field.

    An individual is 18 or older on the day and has no registration; a body has no date of birth.
    """
    values, problems = dict(given), {}
    values["name_en"] = " ".join(str(given.get("name_en") or "").split())
    values["name_zh"] = " ".join(str(given.get("name_zh") or "").split())
    if not values["name_en"]:
        problems["name_en"] = _("Give the name in English.")
    if kind == INDIVIDUAL:
        values |= {"registration_number": "", "lei": ""}
        _check(values, problems, "birth_date", lambda born: check_adult(born, on=today))
    else:
        values["birth_date"] = None
    _check(values, problems, "country", check_country)
    _check(values, problems, "lei", check_lei)
    if values.get("registration_number") and not values.get("country"):
        problems["country"] = _("Say where the body is registered.")
    elif "country" not in problems:
        _check(values, problems, "registration_number",
               lambda number: check_registration_number(values["country"], number))
    return values, problems


def _check(values: dict[str, Any], problems: dict[str, str], field: str, check: Any) -> None:
    """Put the field into its stored form, or note in the reader's words why it cannot be right."""
    if not values.get(field):
        return
    try:
        values[field] = check(values[field])
    except IdentifierRefused as problem:
        problems[field] = problem.sentence(_, hk_date)
