"""The five issuers, their coins, banks and custodians: names and proportions, all invented."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from reports.demo.incidents import (
    Incident,
    LateStatements,
    LongDeposit,
    MintBeforeMoney,
    OmittedDeposit,
    Overdrawn,
    Overmarked,
    UnbookedTokens,
    WrongNominal,
)


@dataclass(frozen=True, slots=True)
class House:
    """A bank or custodian, and what the authority knows of it."""

    slug: str
    name_en: str
    name_zh_hant: str
    name_zh_hans: str
    kind: str
    is_licensed_bank: bool
    arrangement_accepted: bool


HOUSES: dict[str, House] = {
    house.slug: house
    for house in (
        House("harbour-bank", "Harbour Bank", "海港銀行", "海港银行", "bank", True, False),
        House("peak-trust-bank", "Peak Trust Bank", "山頂信託銀行", "山顶信托银行", "bank", True, False),
        House("lantau-commercial-bank", "Lantau Commercial Bank", "大嶼商業銀行", "大屿商业银行", "bank", True, False),
        House("nine-dragons-bank", "Nine Dragons Bank", "九龍山銀行", "九龙山银行", "bank", True, False),
        House("bauhinia-custody", "Bauhinia Custody Trust", "洋紫荊託管信託", "洋紫荆托管信托",
              "custodian", False, True),
    )
}


#: Who quotes what the securities of the pools are worth, and holds none of them.
PRICE_SOURCE = House("victoria-peak-pricing", "Victoria Peak Pricing", "太平山報價", "太平山报价", "price_source",
                     False, False)


@dataclass(frozen=True, slots=True)
class Obligor:
    """Who owes on the securities of the pools."""

    name: str
    kind: str
    country: str
    currency: str


OBLIGORS = (
    Obligor("Exchange Fund", "central_bank", "HK", "HKD"),
    Obligor("Government of the Hong Kong SAR", "government", "HK", "HKD"),
    Obligor("United States Treasury", "government", "US", "USD"),
)


@dataclass(frozen=True, slots=True)
class CoinPlan:
    """What a coin is to look like on the last day, and how it got there.

    ``growth`` is by how much it has grown in 400 days; ``floor``, ``middle`` and ``ceiling`` are where the licensee
    keeps the surplus: all parts per million of par. The trustee that holds the securities reports the whole pool,
    but for the accounts of the banks that report themselves.
    """

    symbol: str
    currency: str
    letter: str
    circulation: int
    growth: int
    floor: int
    middle: int
    ceiling: int
    deposit_banks: tuple[str, ...]
    trustee: str
    chains: tuple[str, ...]
    buffer: int | None = 10_000
    also_reports: tuple[str, ...] = ()
    incidents: tuple[Incident, ...] = ()


@dataclass(frozen=True, slots=True)
class IssuerPlan:
    """One issuer; ``stated`` lists the groups of facts that are on record for it (rulings.py).

    With ``late_stress_test`` the test of the last quarter that ended was filed after it had ended.
    """

    name_en: str
    name_zh_hant: str
    name_zh_hans: str
    domain: str
    address_en: str
    address_zh_hant: str
    licence: str
    licensed_on: date
    launched_on: date
    coins: tuple[CoinPlan, ...]
    stated: frozenset[str] = field(default_factory=frozenset)
    late_stress_test: bool = False


_COMMON = frozenset({"capital", "buffer", "trust", "stress", "limits", "withdrawals", "distress", "breaches",
                     "controls"})
_ALL = _COMMON | {"attestation", "accounts", "reviews", "publication"}

ISSUERS: tuple[IssuerPlan, ...] = (
    IssuerPlan(
        "Lion Rock Digital Limited", "獅子山數碼有限公司", "狮子山数码有限公司", "lionrock.example",
        "18/F, 1 Lion Rock Road, Kowloon", "九龍獅子山道1號18樓", "FRS 901", date(2025, 8, 28), date(2025, 9, 8),
        (
            CoinPlan(
                "LRHKD", "HKD", "L", 4_150_400_000, 1_300_000, 12_800, 16_200, 21_000,
                ("harbour-bank", "peak-trust-bank", "lantau-commercial-bank"), "bauhinia-custody",
                ("eip155:1", "eip155:137"), also_reports=("harbour-bank",),
                incidents=(
                    OmittedDeposit(first=142, days=2, ratio=1_006_900), WrongNominal(first=60, days=3),
                    OmittedDeposit(first=0, days=1, share=3_400), MintBeforeMoney(ratio=996_200),
                ),
            ),
        ),
        _ALL - {"breaches"},
    ),
    IssuerPlan(
        "Tidewater Payments Limited", "潮汐支付有限公司", "潮汐支付有限公司", "tidewater.example",
        "7/F, 22 Tide Street, Hong Kong", "香港潮汐街22號7樓", "FRS 902", date(2025, 9, 4), date(2025, 9, 15),
        (
            CoinPlan(
                "TWHK", "HKD", "T", 1_860_000_000, 700_000, 11_600, 13_800, 17_500,
                ("harbour-bank", "nine-dragons-bank", "peak-trust-bank"), "peak-trust-bank",
                ("eip155:1",),
                incidents=(LongDeposit(first=7, days_long=123), WrongNominal(first=118, days=2)),
            ),
        ),
        _ALL,
        late_stress_test=True,
    ),
    IssuerPlan(
        "Pearl Estuary Trust Company Limited", "珠江口信託有限公司", "珠江口信托有限公司", "pearlestuary.example",
        "30/F, 9 Estuary Road, Hong Kong", "香港江口道9號30樓", "FRS 903", date(2025, 9, 11), date(2025, 9, 22),
        (
            CoinPlan(
                "PEHKD", "HKD", "P", 2_731_000_000, 550_000, 21_500, 25_500, 29_500,
                ("lantau-commercial-bank", "nine-dragons-bank", "harbour-bank"), "bauhinia-custody",
                ("eip155:1", "eip155:43114"), buffer=20_000,
                incidents=(Overdrawn(first=173, days=2, ratio=1_008_600), UnbookedTokens(first=5, tokens=1_250),
                           Overmarked(first=3, ppm=6_000)),
            ),
        ),
        _COMMON,
    ),
    IssuerPlan(
        "Kestrel Settlement (HK) Limited", "紅隼結算（香港）有限公司", "红隼结算（香港）有限公司", "kestrel.example",
        "12/F, 5 Falcon Lane, Hong Kong", "香港隼里5號12樓", "FRS 904", date(2025, 9, 18), date(2025, 9, 29),
        (
            CoinPlan(
                "KSHK", "HKD", "K", 968_000_000, 400_000, 23_000, 26_000, 29_500,
                ("harbour-bank", "lantau-commercial-bank"), "peak-trust-bank",
                ("eip155:1",),
            ),
        ),
        _ALL,
    ),
    IssuerPlan(
        "Outer Channel Finance Limited", "東涌海岸金融有限公司", "东涌海岸金融有限公司", "outerchannel.example",
        "3/F, 88 Channel Road, Tung Chung", "東涌航道路88號3樓", "FRS 905", date(2025, 9, 25), date(2025, 10, 6),
        (
            CoinPlan(
                "OCHKD", "HKD", "C", 412_000_000, 3_000_000, 13_500, 17_000, 22_000,
                ("nine-dragons-bank", "peak-trust-bank"), "nine-dragons-bank",
                ("eip155:1",),
                incidents=(OmittedDeposit(first=95, days=1, ratio=1_007_600), LateStatements(last=2)),
            ),
        ),
        _ALL - {"attestation", "reviews"},
    ),
)
