"""What people type into a question, read into the value that is stored: JSON, with amounts, shares and days as text.

Reading a value that is stored gives it back unchanged. Whether an answer is missing is not the matter here: a draft
may have gaps, and ``issuers.completeness`` names them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from babel import Locale
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import clock
from core.currencies import ISO_4217
from core.wording import hk_date
from issuers.identifiers import (
    IdentifierRefused,
    check_adult,
    check_chain,
    check_contract,
    check_country,
    check_lei,
    check_past_day,
    country_codes,
)
from issuers.manifest.parts import Column, Field, FieldKind

TEXT_LENGTH = 300
LONG_TEXT_LENGTH = 10_000
MOST_ROWS = 100
AMOUNT_LIMIT = Decimal(10) ** 15
COUNT_LIMIT = 10**15
OLDEST = date(1900, 1, 1)

_LOCALES = {"zh-hant": "zh_Hant_HK", "zh-hans": "zh_Hans"}
_PHONE = re.compile(r"\+[0-9][0-9 ()-]{5,24}")
_SYMBOL = re.compile(r"[A-Z][A-Z0-9.]{1,11}")


class Unreadable(ValueError):
    """What was typed is no answer of the question's kind; ``sentences`` say why, ``code`` is for programs."""

    def __init__(self, *sentences: str, code: str = "unreadable") -> None:
        super().__init__(" ".join(sentences))
        self.sentences = list(sentences)
        self.code = code


def read_value(question: Field | Column, raw: Any, *, row: dict[str, Any] | None = None) -> Any:
    """Return the value to store for what was typed (text), or sent by a program (JSON); None for no answer.

    ``row`` is the row of a table that a cell stands in: a contract is checked for the ``chain`` before it.

    Raises:
        Unreadable: with one sentence per thing that is wrong.
    """
    if raw is None or raw == "" or (isinstance(raw, str) and not raw.strip()):
        return None
    if isinstance(question, Field) and question.kind is FieldKind.TABLE:
        return _read_rows(question, raw)
    if question.kind is FieldKind.YES_NO:
        return _read_yes_no(raw)
    if isinstance(raw, bool) or not isinstance(raw, str | int | Decimal):
        raise Unreadable(_("This is not an answer that fits the question."), code="wrong_type")
    text = str(raw).strip()
    if "\x00" in text:
        raise Unreadable(_("Remove the character that cannot be shown."), code="null_character")
    if question.kind is FieldKind.CHOICE:
        return _read_choice(question, text)
    try:
        if question.kind is FieldKind.CONTRACT:
            return _read_contract(text, (row or {}).get("chain"))
        return _READERS[question.kind](text)
    except IdentifierRefused as problem:
        raise Unreadable(problem.sentence(_, hk_date), code=problem.code)


def missing_cells(question: Field, value: Any) -> list[tuple[int, Column]]:
    """Return the cells that a table's answer leaves empty and needs: number of the row from 1, and the column."""
    return [
        (number, column)
        for number, row in enumerate(value or [] if question.columns else [], start=1)
        for column in question.columns
        if column.required and row.get(column.key) is None
    ]


def country_choices() -> list[tuple[str, str]]:
    """Return every country of ISO 3166-1, Hong Kong first, then by name in the reader's language."""
    names = _locale().territories
    rest = sorted(((code, names.get(code, code)) for code in country_codes() - {"HK"}), key=lambda pair: pair[1])
    return [("HK", names["HK"]), *rest]


def currency_choices() -> list[tuple[str, str]]:
    """Return every currency of ISO 4217, the Hong Kong dollar first."""
    names = _locale().currencies
    rest = sorted((code, f"{code} – {names.get(code, code)}") for code in ISO_4217 - {"HKD"})
    return [("HKD", f"HKD – {names['HKD']}"), *rest]


country_name = lazy(lambda code: _locale().territories.get(code, code), str)


def _locale() -> Locale:
    return Locale.parse(_LOCALES.get(get_language() or "", "en"))


def _read_rows(question: Field, raw: Any) -> list[dict[str, Any]] | None:
    if not isinstance(raw, list) or not all(isinstance(row, dict) for row in raw):
        raise Unreadable(_("Send the rows as a list of objects."), code="wrong_type")
    rows, wrong = [], []
    known = {column.key for column in question.columns}
    for number, given in enumerate(raw, start=1):
        if stray := sorted(set(given) - known):
            raise Unreadable(_("There is no column %(column)s.") % {"column": stray[0]}, code="unknown_column")
        row: dict[str, Any] = {}
        for column in question.columns:
            try:
                row[column.key] = read_value(column, given.get(column.key), row=row)
            except Unreadable as problem:
                place = {"row": number, "column": _(column.label)}
                wrong += [_("Row %(row)d, %(column)s: %(problem)s") % (place | {"problem": each})
                          for each in problem.sentences]
        rows.append(row)
    if wrong:
        raise Unreadable(*wrong, code="rows")
    kept = [row for row in rows if any(value is not None for value in row.values())]
    if len(kept) > MOST_ROWS:
        raise Unreadable(_("Give at most %(most)d rows.") % {"most": MOST_ROWS}, code="too_many_rows")
    return kept or None


def _read_yes_no(raw: Any) -> bool:
    answers = {True: True, False: False, "yes": True, "no": False}
    if not isinstance(raw, bool | str) or raw not in answers:
        raise Unreadable(_("Choose yes or no."), code="not_yes_or_no")
    return answers[raw]


def _read_choice(question: Field | Column, text: str) -> str:
    if text not in dict(question.choices):
        raise Unreadable(_("Choose one of the answers."), code="not_a_choice")
    return text


def _read_text(text: str) -> str:
    line = " ".join(text.split())
    if len(line) > TEXT_LENGTH:
        raise Unreadable(_("Use %(most)d characters or fewer; you used %(used)d.")
                         % {"most": TEXT_LENGTH, "used": len(line)}, code="too_long")
    return line


def _read_long_text(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(lines) > LONG_TEXT_LENGTH:
        raise Unreadable(_("Use %(most)d characters or fewer; you used %(used)d.")
                         % {"most": LONG_TEXT_LENGTH, "used": len(lines)}, code="too_long")
    return lines


def _read_integer(text: str) -> int:
    digits = text.replace(",", "").replace(" ", "")
    if re.fullmatch(r"-[0-9]+", digits) and int(digits):
        raise Unreadable(_("The number cannot be below zero."), code="negative")
    if not re.fullmatch(r"[0-9]{1,30}", digits):
        raise Unreadable(_("Enter a whole number, such as 12."), code="not_a_number")
    if int(digits) >= COUNT_LIMIT:
        raise Unreadable(_("The number is too large to be meant."), code="too_large")
    return int(digits)


def _decimal(text: str, example: str) -> Decimal:
    digits = text.replace(",", "").replace(" ", "")
    if not re.fullmatch(r"-?[0-9]{1,30}(\.[0-9]{1,30})?", digits):
        raise Unreadable(example, code="not_a_number")
    try:
        return Decimal(digits)
    except InvalidOperation:  # pragma: no cover - the pattern admits numbers only
        raise Unreadable(example, code="not_a_number")


def _read_amount(text: str) -> str:
    amount = _decimal(re.sub(r"^(HK\$|HKD|\$)\s*", "", text), _("Enter an amount in figures, such as 25,000,000.00."))
    if amount < 0:
        raise Unreadable(_("The amount cannot be below zero."), code="negative")
    if amount != amount.quantize(Decimal("0.01")):
        raise Unreadable(_("Give the amount to the cent: two decimals at most."), code="too_fine")
    if amount >= AMOUNT_LIMIT:
        raise Unreadable(_("The amount is too large to be meant."), code="too_large")
    return f"{abs(amount):.2f}"


def _read_percent(text: str) -> str:
    share = _decimal(text.removesuffix("%").strip(), _("Enter a percentage in figures, such as 12.5."))
    if not 0 <= share <= 100:
        raise Unreadable(_("A percentage is between 0 and 100."), code="out_of_range")
    if share != share.quantize(Decimal("0.0001")):
        raise Unreadable(_("Give the percentage with four decimals at most."), code="too_fine")
    return f"{abs(share).normalize():f}"


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        day = None
    if day is None:
        raise Unreadable(_("Enter a real date as year-month-day, such as 2026-03-27."), code="not_a_date")
    if day < OLDEST:
        raise Unreadable(_("The date is too long ago to be meant."), code="too_early")
    return day


def _read_day(text: str) -> str:
    return _day(text).isoformat()


def _read_past_day(text: str) -> str:
    return check_past_day(_day(text), today=clock.today()).isoformat()


def _read_birth_date(text: str) -> str:
    return check_adult(_day(text), on=clock.today()).isoformat()


def _read_email(text: str) -> str:
    try:
        EmailValidator()(text)
    except ValidationError:
        raise Unreadable(_("Enter an e-mail address, such as name@example.com."), code="not_an_email")
    return _read_text(text)


def _read_phone(text: str) -> str:
    if not _PHONE.fullmatch(text):
        raise Unreadable(_("Enter a telephone number with its country code, such as +852 2123 4567."),
                         code="not_a_phone")
    return " ".join(text.split())


def _read_url(text: str) -> str:
    try:
        URLValidator(schemes=["http", "https"])(text)
    except ValidationError:
        raise Unreadable(_("Enter a web address that begins with https://."), code="not_a_url")
    return _read_text(text)


def _read_currency(text: str) -> str:
    if text.upper() not in ISO_4217:
        raise Unreadable(_("Choose a currency of the list."), code="not_a_currency")
    return text.upper()


def _read_symbol(text: str) -> str:
    if not _SYMBOL.fullmatch(text):
        raise Unreadable(_("Enter 2 to 12 capital letters, digits or points, a letter first, such as HKDX."),
                         code="not_a_symbol")
    return text


def _read_contract(text: str, chain: str | None) -> str:
    """Without its chain an address cannot be checked; the row is incomplete then, which is said elsewhere."""
    if chain is not None:
        return check_contract(chain, text)
    if len(text) > 128 or len(text.split()) > 1:
        raise Unreadable(_("Enter the address of the contract without spaces."), code="not_an_address")
    return text


_READERS: dict[FieldKind, Callable[[str], Any]] = {
    FieldKind.TEXT: _read_text,
    FieldKind.LONG_TEXT: _read_long_text,
    FieldKind.INTEGER: _read_integer,
    FieldKind.AMOUNT_HKD: _read_amount,
    FieldKind.PERCENT: _read_percent,
    FieldKind.DAY: _read_day,
    FieldKind.PAST_DAY: _read_past_day,
    FieldKind.BIRTH_DATE: _read_birth_date,
    FieldKind.EMAIL: _read_email,
    FieldKind.PHONE: _read_phone,
    FieldKind.URL: _read_url,
    FieldKind.COUNTRY: check_country,
    FieldKind.CURRENCY: _read_currency,
    FieldKind.LEI: check_lei,
    FieldKind.CHAIN: check_chain,
    FieldKind.SYMBOL: _read_symbol,
}
