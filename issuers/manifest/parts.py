"""What a form is made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

COMPANY = "company"
AUTHORIZED_INSTITUTION = "authorized_institution"
BOTH = (COMPANY, AUTHORIZED_INSTITUTION)


class FieldKind(StrEnum):
    """How a question is asked, checked and stored; amounts and percentages are stored as text."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    YES_NO = "yes_no"
    CHOICE = "choice"
    INTEGER = "integer"
    AMOUNT_HKD = "amount_hkd"
    PERCENT = "percent"
    DAY = "day"
    PAST_DAY = "past_day"
    BIRTH_DATE = "birth_date"  # the person must be 18 or older
    EMAIL = "email"
    PHONE = "phone"
    URL = "url"
    COUNTRY = "country"  # ISO 3166-1 alpha-2
    CURRENCY = "currency"  # ISO 4217
    LEI = "lei"  # ISO 17442, with its check digits
    CHAIN = "chain"  # CAIP-2
    SYMBOL = "symbol"  # of a coin
    CONTRACT = "contract"  # with the chain's own checksum
    TABLE = "table"  # rows of columns


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a question that is answered by rows."""

    key: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    required: bool = True
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One question; its answer is saved by itself under ``<module>.<key>``."""

    key: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    hint: str = ""
    required: bool = True
    choices: tuple[tuple[str, str], ...] = ()
    columns: tuple[Column, ...] = ()
    cite: str = ""
    kinds: tuple[str, ...] = BOTH


@dataclass(frozen=True, slots=True)
class Module:
    """One page of the task list: its questions, and the numbers of the documents that are filed there."""

    key: str
    title: str
    intro: str
    cite: str
    fields: tuple[Field, ...]
    documents: tuple[str, ...] = ()
    kinds: tuple[str, ...] = BOTH


@dataclass(frozen=True, slots=True)
class DocumentSlot:
    """One document of LIC Annex B; those ``on_request`` are filed when the authority asks for them."""

    number: str
    title: str
    hint: str = ""
    on_request: bool = False
    kinds: tuple[str, ...] = BOTH
