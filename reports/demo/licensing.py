"""What happens to the licences of the demonstration: conditions, fees, proposals, duties, notices and warnings.

All days are counted back from the last day of the world; issuers are named by their place in ``world.ISSUERS``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from issuers.identifiers import check_contract
from reports.demo.chance import hexadecimal

LION_ROCK, TIDEWATER, PEARL_ESTUARY, KESTREL, OUTER_CHANNEL = range(5)
#: The story begins so many days before the last; a world that ends too soon after the law began has none.
STORY_DAYS = 240
LAW_BEGINS = date(2025, 8, 1)


def has_licensing(until: date) -> bool:
    """Whether a world that ends on the day has room for the story."""
    return until - timedelta(days=STORY_DAYS) >= LAW_BEGINS


#: Facts that the authority set with a licence: the kind of condition that each is, and how it is worded.
CONDITIONS: dict[str, tuple[str, str]] = {
    "licence.buffer_target": (
        "buffer_target", "Keep the market value of the reserve at or above par plus this target."),
    "licence.net_liquid_assets_need_hkd": (
        "net_liquid_assets", "Keep net liquid assets of at least this amount, funded by equity."),
    "authority.attestation_frequency": (
        "attestation_frequency", "Have the reserve attested by an auditor and publish the report, at this frequency."),
    "authority.immediate_report_hours": (
        "immediate_report", "Report a shortfall of the reserve within this many hours."),
}
LIMITS_CONDITION = (
    "Keep the internal limits on concentration, maturity and liquidity as filed with the application, and report on"
    " them for each quarter."
)

#: Whose last fee was not paid in time.
LATE_PAYER = TIDEWATER

#: Who speaks for the licensees that have nobody in the cast: name and address before the @.
SPOKESPERSONS: dict[int, tuple[str, str]] = {
    PEARL_ESTUARY: ("Paul Yeung", "paul.yeung"), KESTREL: ("Karen Sin", "karen.sin"),
    OUTER_CHANNEL: ("Olive Cheng", "olive.cheng"),
}

SUSPENSION_GROUNDS = (
    "Statements of the custodian did not arrive on two business days running, so that full backing could not be shown,"
    " and the licensee has given no reason. In September one deposit was missing from the bank's statement for a day."
    " No auditor has attested the reserve."
)
NEW_CONDITION_GROUNDS = (
    "A term deposit was placed for 123 days although the guideline allows three months, and the limit in the licensee's"
    " own policy did not stop it."
)
NEW_CONDITION: dict[str, Any] = {
    "kind": "internal_limits",
    "wording_en": "Have every deposit checked against the limit of three months by somebody outside treasury before it"
                  " is placed, and report on the checks each month.",
    "wording_zh_hant": "每筆存款在敘做前，須由庫務以外的人員按三個月的上限核對，並每月就核對結果提交報告。",
    "wording_zh_hans": "每笔存款在叙做前，须由库务以外的人员按三个月的上限核对，并每月就核对结果提交报告。",
    "every_months": 1,
}
REPRESENTATION = (
    "We accept the first half. A second pair of eyes has checked each deposit since the finding. A report each month"
    " seems more than the matter needs; we ask for one each quarter."
)
CHECKS_OF_DEPOSITS = (
    "All 14 deposits placed since the finding were checked before they were placed; the longest runs for 89 days."
)

MOVED = {"address_en": "21/F, 1 Lion Rock Road, Kowloon", "address_zh_hant": "九龍獅子山道1號21樓",
         "remarks": "The office moved three floors up. Telephone numbers and e-mail addresses stay."}
DRAFT_CHANGE = {
    "certainty": "likely", "bears_on": "business",
    "what": "We are in talks with a second payment firm that would distribute LRHKD from next quarter.",
}
NEW_DIRECTOR = ("Rosalind Kwok Wai Man", "She has run settlement at a clearing house for nine years and would chair the"
                " risk committee. Her form, references and a record check are on file; she holds no shares.")
CONSENT_NOTE = "Fit and proper: checks are clear, two references were heard, and she has the time."


@dataclass(frozen=True, slots=True)
class Complaints:
    """Counts of a quarter that agree with each other."""

    start: int
    received: int
    late: int
    closed: int

    def counts(self) -> dict[str, int]:
        still = self.start + self.received - self.closed
        young = min(still, 2)
        return {
            "open_at_start": self.start, "received": self.received, "acknowledged_in_time": self.received - self.late,
            "acknowledged_late": self.late, "replied_in_time": self.closed, "replied_late": 0, "closed": self.closed,
            "open_to_30_days": young, "open_31_to_60_days": still - young, "open_over_60_days": 0,
        }


#: The last two quarters of each licensee, the earlier first.
COMPLAINTS: dict[int, tuple[Complaints, Complaints]] = {
    LION_ROCK: (Complaints(3, 21, 1, 20), Complaints(4, 26, 0, 27)),
    TIDEWATER: (Complaints(1, 12, 2, 10), Complaints(3, 14, 1, 15)),
    PEARL_ESTUARY: (Complaints(0, 6, 0, 5), Complaints(1, 9, 0, 8)),
    KESTREL: (Complaints(0, 3, 0, 3), Complaints(0, 4, 0, 4)),
    OUTER_CHANNEL: (Complaints(2, 7, 1, 7), Complaints(2, 11, 3, 9)),
}


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning: drafted ``ago`` days before the last, published a day later unless it is still a draft."""

    ago: int
    by: str
    published_by: str
    written: dict[str, str] = field(default_factory=dict)
    resembles: int | None = None


WARNINGS = (
    Warned(66, "bo", "cy", {
        "name_en": "Lion Rook Digital", "name_zh_hant": "獅子崗數碼", "name_zh_hans": "狮子岗数码",
        "website": "https://lionrook-digital.example/",
        "wording_en": "This body is not licensed. Its name and site imitate those of a licensee, and it asks visitors"
                      " to send coins to an address for an “upgrade”.",
        "wording_zh_hant": "此機構並無牌照。其名稱及網站模仿一名持牌人，並要求訪客將穩定幣轉往某地址進行「升級」。",
        "wording_zh_hans": "此机构并无牌照。其名称及网站模仿一名持牌人，并要求访客将稳定币转往某地址进行“升级”。",
        "evidence_note": "Site seen on two days; three complaints from holders.",
    }, LION_ROCK),
    Warned(23, "ben", "cy", {
        "name_en": "LRHKD on a contract that the licensee did not deploy", "name_zh_hant": "冒充LRHKD的代幣合約",
        "name_zh_hans": "冒充LRHKD的代币合约", "token": "LRHKD",
        "contract": check_contract("eip155:1", f"0x{hexadecimal(40, 'imitation', 'LRHKD')}"),
        "wording_en": "A token under the symbol LRHKD trades at this address. It is not the licensee’s: nobody redeems"
                      " it. The licensee’s contracts are in the register.",
        "wording_zh_hant": "此地址有代幣以LRHKD之名買賣，並非持牌人所發行，無人會贖回。持牌人的合約載於登記冊。",
        "wording_zh_hans": "此地址有代币以LRHKD之名买卖，并非持牌人所发行，无人会赎回。持牌人的合约载于登记册。",
        "evidence_note": "Licensee’s letter, and the creation of the contract on the chain.",
    }, LION_ROCK),
    Warned(1, "ben", "", {
        "name_en": "Harbour Stable Yield", "name_zh_hant": "海港穩息", "name_zh_hans": "海港稳息",
        "website": "https://harbour-stable-yield.example/", "token": "HSY",
        "wording_en": "This body is not licensed. It offers a coin “backed by Hong Kong dollars” with 9% a year.",
        "wording_zh_hant": "此機構並無牌照，卻推銷聲稱「以港元支持」、年息9%的代幣。",
        "wording_zh_hans": "此机构并无牌照，却推销声称“以港元支持”、年息9%的代币。",
        "evidence_note": "Advertisement on two social networks; screenshots to follow.",
    }),
)
