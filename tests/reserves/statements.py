"""Bank statements as a bank would write them, in XML and as MT940, made of plain figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape

OPENED, CLOSED = date(2026, 11, 19), date(2026, 11, 20)


@dataclass(frozen=True)
class Moved:
    """One entry: what the account gained, when it was booked and from when it counts."""

    amount: Decimal
    reference: str = "R1"
    booked: date = CLOSED
    value: date = CLOSED
    text: str = "Payment"
    pending: bool = False


def camt(
    entries: Sequence[Moved], *, account: str = "012-345678-001", opening: Decimal = Decimal(0), currency: str = "HKD",
    version: int = 8, closed: date = CLOSED, closing: Decimal | None = None, more: str = "", message: str = "camt.053",
) -> bytes:
    """Return a statement whose closing balance fits, unless another one is given; ``more`` is put after it."""
    total = sum((entry.amount for entry in entries if not entry.pending), opening)
    return (
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{message}.001.{version:02d}"><BkToCstmrStmt><GrpHdr/>'
        + statement(entries, account=account, opening=opening, currency=currency, version=version, closed=closed,
                    closing=total if closing is None else closing)
        + more + "</BkToCstmrStmt></Document>"
    ).encode()


def statement(
    entries: Sequence[Moved], *, account: str, opening: Decimal, closing: Decimal, currency: str = "HKD",
    version: int = 8, closed: date = CLOSED,
) -> str:
    return (
        f"<Stmt><Id>S</Id><Acct><Id><Othr><Id>{escape(account)}</Id></Othr></Id><Ccy>{currency}</Ccy></Acct>"
        + _balance("OPBD", opening, min(OPENED, closed), currency) + _balance("CLBD", closing, closed, currency)
        + "".join(_entry(entry, currency, version) for entry in entries) + "</Stmt>"
    )


def mt940(
    entries: Sequence[Moved], *, account: str = "012-345678-001", opening: Decimal = Decimal(0), currency: str = "HKD",
    closed: date = CLOSED,
) -> bytes:
    """Return the same statement as MT940."""
    lines = [":20:S1", f":25:{account}", ":28C:1/1", f":60F:{_figure(opening, OPENED, currency)}"]
    for entry in entries:
        sign = "D" if entry.amount < 0 else "C"
        lines += [f":61:{entry.value:%y%m%d}{entry.booked:%m%d}{sign}{_comma(entry.amount)}NTRFX//{entry.reference}",
                  f":86:{entry.text}"]
    closing = sum((entry.amount for entry in entries), opening)
    return "\r\n".join([*lines, f":62F:{_figure(closing, closed, currency)}", "-", ""]).encode()


def _balance(code: str, amount: Decimal, day: date, currency: str) -> str:
    return (f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_amount(amount, currency)}"
            f"<Dt><Dt>{day}</Dt></Dt></Bal>")


def _entry(entry: Moved, currency: str, version: int) -> str:
    status = "PDNG" if entry.pending else "BOOK"
    status = f"<Cd>{status}</Cd>" if version >= 7 else status
    return (
        f"<Ntry>{_amount(entry.amount, currency)}<Sts>{status}</Sts><BookgDt><Dt>{entry.booked}</Dt></BookgDt>"
        f"<ValDt><Dt>{entry.value}</Dt></ValDt><AcctSvcrRef>{escape(entry.reference)}</AcctSvcrRef>"
        f"<AddtlNtryInf>{escape(entry.text)}</AddtlNtryInf></Ntry>"
    )


def _amount(amount: Decimal, currency: str) -> str:
    sign = "DBIT" if amount < 0 else "CRDT"
    return f'<Amt Ccy="{currency}">{abs(amount):f}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'


def _figure(amount: Decimal, day: date, currency: str) -> str:
    return f"{'D' if amount < 0 else 'C'}{day:%y%m%d}{currency}{_comma(amount)}"


def _comma(amount: Decimal) -> str:
    text = f"{abs(amount):f}"
    return text.replace(".", ",") if "." in text else f"{text},"
