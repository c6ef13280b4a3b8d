"""What officers find, ask and hear about Jade Harbour, and the documents that it files."""

from __future__ import annotations

from dataclasses import dataclass

from reports.demo.jade_plan import NAME_EN
from reports.demo.pdf import page_of

#: What each document of LIC Annex B says, by its number, in a file of one page.
DOCUMENTS: dict[str, tuple[str, str]] = {
    "1": ("Licence application form", "Signed by the chief executive. The answers are those given on the platform."),
    "2": ("Business plan 2027 to 2029", "Settlement of freight and goods against electronic documents. Circulation at"
          " the end of each year: HK$420, 1,350 and 2,600 million."),
    "3": ("Budget 2027 to 2029", "Revenue HK$9.8, 34.5 and 71.2 million; costs HK$38.2, 43.6 and 51.9 million."),
    "4": ("Certified company records", "Certificate of incorporation of 16 May 2023, business registration 75820461,"
          " registers of members, directors, charges and debenture holders. No charges are registered."),
    "5": ("Resolution of the board", "Resolved on 25 September 2025 to apply for a licence. All five directors voted."),
    "6": ("Articles of association", "As adopted on 16 May 2023 and changed on 3 March 2025: transfers of shares need"
          " the board's consent."),
    "7": ("Ownership chart", "Ip family trust - Ip Family Trust Company Limited (85%) and Helena Ip (15%) - Jade"
          " Harbour Holdings Limited (74%). Adrian Teo - Northpoint Ventures Pte. Ltd. (18%). Vivian Tse (8%)."),
    "8": ("Forms of the controllers", "Holdings, the trust company, Ms Ip, Northpoint and Mr Teo."),
    "9": ("Accounts of corporate controllers", "Holdings: net assets of HK$188 million at 31 March 2025. Northpoint:"
          " net assets of S$21 million at 31 March 2025."),
    "10": ("Draft trust deed", "The trustee holds the pool for holders; the company has no claim but to surplus above"
           " the buffer, and only as the deed says."),
    "11": ("Audited accounts to 31 March 2025", "Paid-up capital HK$68.00 million, accumulated loss HK$14.35 million."
           " Unqualified opinion of Stonebridge & Partners."),
    "12": ("Committees, organisation and staffing", "Three committees of the board; 31 people today, 46 at launch."),
    "13": ("Forms of chief executive and directors", "Ms Tse, Mr Kwan, Ms Ip, Prof. Siu and Ms Hargreaves."),
    "14": ("Controls on the appointment of managers", "Checks before appointment, yearly declarations, samples by"
           " internal audit."),
    "15": ("Reserve policy", "Deposits up to three months, Exchange Fund bills up to 182 days, cash. Buffer of 1.5%."),
    "16": ("Policy on issue and redemption", "Minting only against money received. Redemption at par in eight hours."),
    "17": ("Risk policies", "Credit, market, liquidity, technology, third parties, reputation, incidents and exit."),
    "18": ("Policy on governance", "Board, committees, conflicts, pay."),
    "19": ("Policies on conduct", "Disclosure, complaints, privacy, accounting."),
    "20": ("Terms and conditions for holders", "One coin is redeemed for one Hong Kong dollar. No interest is paid."),
    "21": ("Custody arrangement", "Bauhinia Custody Trust as trustee; deposits at Harbour Bank and Lantau Commercial"
           " Bank; Peak Trust Bank on standby."),
    "22": ("White paper JHHKD", "Purpose, rights of holders, reserve, contracts, risks."),
    "23": ("Assessment of money-laundering risk", "Residual risk: medium. Drivers: trade-based laundering, unhosted"
           " wallets."),
}


def document(number: str) -> tuple[bytes, str]:
    """Return bytes and filename of a document."""
    title, text = DOCUMENTS[number]
    name = title.lower().replace(",", "").replace(" ", "-")
    written = f"{NAME_EN}\n{text}\nDocument {number} of the application. Fictional."
    return page_of(title, written), f"{number}-{name}.pdf"


@dataclass(frozen=True, slots=True)
class Found:
    """A finding, ``ago`` days before the last; ``document`` is the number of the evidence."""

    ago: int
    criterion: str
    finding: str
    reasons: str
    document: str


FINDINGS = (
    Found(40, "s3", "satisfied", "Incorporated in Hong Kong; the certified records agree with the answers.", "4"),
    Found(39, "s4", "satisfied", "Paid-up capital of HK$68,000,000 less the loss of HK$14,350,000 is HK$53,650,000,"
          " above HK$25,000,000. Liquid assets cover twelve months of the budget.", "11"),
    Found(38, "s5", "query", "The buffer is sized on ten business days, but bills up to 182 days take longer to sell in"
          " the stressed case. Asked in request 1.", "15"),
    Found(36, "s6", "query", "Holders without an account wait up to three business days for checks. It is not clear"
          " when a request counts as valid.", "16"),
    Found(34, "s8", "satisfied", "Heads of all six affairs with nine or more years in the field; interviews held.",
          "12"),
    Found(33, "s9", "satisfied", "Limits, owners and the power to stop minting are in place and were exercised.", "17"),
    Found(31, "s11", "satisfied", "The use is real, customers are companies, and the plan survives half its volume.",
          "2"),
    Found(30, "s12", "satisfied", "No other business; payroll is the only shared service.", "12"),
    Found(28, "s13", "not_satisfied", "The white paper names neither the trustee's rights nor the fee for redemptions"
          " above HK$50,000,000.", "22"),
    Found(27, "s14", "satisfied", "Free, in three languages, answered within 20 days, with a review.", "19"),
    Found(26, "s15", "satisfied", "Terms and plan exclude interest, rebates and points.", "20"),
    Found(14, "s5", "satisfied", "The answer to request 1 sizes the buffer on twenty business days; 1.5% still holds.",
          "15"),
)

FIRST_REQUEST = (
    ("Show how the buffer is sized if bills take twenty business days to sell.", "s5"),
    ("Name the day on which the standing line at the dealers was last drawn, and what it brought.", "s5"),
)
FIRST_ANSWERS = (
    "With twenty business days the stressed loss is 0.94% of par, so that 1.5% leaves 0.56% spare. The calculation is"
    " in the annex to the reserve policy, version 1.1.",
    "On 14 May 2025, in a test: HK$160,000,000 of bills brought HK$159,911,000 in five hours, from both dealers.",
)
SECOND_REQUEST = (
    ("Say from which moment a request of a holder without an account is valid, and how the one business day is kept.",
     "s6"),
    ("File the white paper with the trustee's rights and the fee for large redemptions.", "s13"),
    ("File the deed by which Holdings undertakes to subscribe for shares.", "s4"),
)
INTERVIEW = (
    "Vivian Tse, Calvin Lo; Bo Chan, Cy Leung",
    "Two signing modules had been tested without warning the day before; both came back within 41 minutes."
    " Ms Tse described the steps without notes and named the limit at which minting stops. Mr Lo could say which figure"
    " he would take to the board on the same day. The list of outside candidates for succession is still to be filed.",
)
#: Whose screening is still looked into; everybody else's found nothing.
PENDING = "teo"
