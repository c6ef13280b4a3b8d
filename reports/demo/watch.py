"""What AML meets in the demonstration: the authority's own list, wallets that were reported, transfers on chain.

Every name and address is invented. Names resemble people of the world on purpose, as real lists do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from reports.demo.chance import draw, hexadecimal
from reports.demo.files import csv_of

CHAIN = "eip155:1"
DECIMALS = 6
#: Blocks of the two files of transfers: the second begins where the first ended.
FIRST_BLOCK, BLOCKS = 23_400_000, 7_200
CUSTOMERS = 24
TRANSFERS = 90


def address(*name: object) -> str:
    """Return an address that nobody has the key of."""
    return f"0x{hexadecimal(40, 'wallet', *name)}"


LISTED_WALLET = address("listed")
MIXER = address("mixer")
#: Canonical columns: entry_id, type, name, aliases, birth_date, country, programme, listed_on, address.
OWN_LIST: tuple[tuple[str, ...], ...] = (
    ("OWN-0001", "person", "Kwan Chi Ho", "關志豪", "1957-09-14", "CN", "WATCH", "2026-02-03", ""),
    ("OWN-0002", "person", "Raymond Siu", "Siu Kin Man", "", "", "WATCH", "2026-03-11", ""),
    ("OWN-0003", "person", "Tse Wing Sze", "謝詠詩", "1990-01-30", "TW", "WATCH", "2026-03-11", ""),
    ("OWN-0004", "organisation", "Harbour Laundry Services Limited", "", "", "HK", "SCAM", "2026-05-20", LISTED_WALLET),
    ("OWN-0005", "organisation", "Night Market Mixer", "", "", "", "MIXER", "2026-05-20", MIXER),
)
HEADER = ("entry_id", "type", "name", "aliases", "birth_date", "country", "programme", "listed_on", "address")
WHY_LISTED = "Read against the supervisory files that it was taken from."
#: Numbers for what the law leaves open, as the demonstration's officers chose them: no law sets them.
PARAMETERS = {"linked_hours": 24, "exposure_hops": 2, "velocity_count": 12, "velocity_hours": 1}
WHY_SET = "Trial numbers for the first year of supervision"


@dataclass(frozen=True, slots=True)
class Moved:
    """One transfer: minutes after the file's first block, sender, receiver, whole coins."""

    minute: int
    sender: str
    receiver: str
    coins: int


def customer(symbol: str, number: int) -> str:
    """Return the wallet of a customer."""
    return address(symbol, "customer", number)


def wallets(symbol: str) -> bytes:
    """Return what the issuer reports: its treasury, its own wallet and those of customers."""
    rows = [(CHAIN, address(symbol, "treasury"), "treasury", ""), (CHAIN, address(symbol, "issuer"), "issuer", "")]
    rows += [(CHAIN, customer(symbol, number), "customer", f"C-{1001 + number}") for number in range(CUSTOMERS)]
    rows.append((CHAIN, LISTED_WALLET, "customer", "C-1901"))
    return csv_of(("chain", "address", "part", "holder_ref"), rows)


def _everyday(symbol: str, part: int) -> list[Moved]:
    """Customers paying each other, nothing to see."""
    moved = []
    for number in range(TRANSFERS):
        sender = draw(CUSTOMERS, symbol, part, number, "from")
        receiver = (sender + 1 + draw(CUSTOMERS - 1, symbol, part, number, "to")) % CUSTOMERS
        moved.append(Moved(number * 15 + draw(9, symbol, part, number, "at"), customer(symbol, sender),
                           customer(symbol, receiver), 8_200 + draw(32_000, symbol, part, number, "coins")))
    return moved


def _remarkable(symbol: str) -> list[Moved]:
    """A way from the listed wallet over a stranger to a customer, a mixer, and amounts kept below the threshold."""
    stranger, payer = address(symbol, "stranger"), address(symbol, "payer")
    return [
        Moved(40, LISTED_WALLET, stranger, 48_000), Moved(55, stranger, customer(symbol, 3), 46_500),
        Moved(300, MIXER, customer(symbol, 9), 12_000),
        *(Moved(600 + 20 * number, payer, customer(symbol, 14), 7_900 - 35 * number) for number in range(4)),
    ]


def transfers(symbol: str, contract: str, day: date, part: int) -> bytes:
    """Return the transfers of one Hong Kong day; parts 0 and 1 are two days that follow each other."""
    moved = _everyday(symbol, part) + (_remarkable(symbol) if part else [])
    first = FIRST_BLOCK + part * BLOCKS
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=8)
    rows = []
    for number, each in enumerate(sorted(moved, key=lambda one: (one.minute, one.sender))):
        block, moment = first + each.minute * 5, start + timedelta(minutes=each.minute)
        rows.append((
            CHAIN, contract, f"0x{hexadecimal(64, 'transfer', symbol, part, number)}", 0, block,
            f"{moment:%Y-%m-%dT%H:%M:%SZ}", each.sender, each.receiver, each.coins * 10**DECIMALS, first,
            first + BLOCKS - 1,
        ))
    return csv_of(("chain", "contract", "tx_hash", "log_index", "block_number", "block_time", "from_address",
                   "to_address", "value", "first_block", "last_block"), rows)
