"""What the pages of licensing are measured on: 200 applicants under review, 200 licensees in the register."""

from __future__ import annotations

from datetime import date

COUNT = 200
#: Name of the figure: address, and what it is called in the table.
PAGES = {
    "pipeline": ("/en/officer/applications/", f"pipeline of {COUNT} applications, as a board"),
    "review": ("/en/officer/applications/{reference}/", "review page of an application"),
    "register": ("/en/", f"public register of {COUNT} licensees"),
    "search": ("/en/?q=Licensee+137", "search of the register"),
    "near_miss": ("/en/?q=Licencee+137+Ltd", "search that finds only what looks alike"),
}


def fill() -> dict[str, str]:
    """Make applicants and licensees; return the address of each measured page."""
    from core.access import SYSTEM
    from issuers.services.issuers import register_issuer
    from issuers.services.licences import record_licence
    from tests.issuers.applications import application_in, new_issuer

    for number in range(COUNT):
        issuer = register_issuer(name_en=f"Licensee {number} Limited", name_zh_hant=f"持牌人{number}有限公司", actor=SYSTEM)
        record_licence(issuer, number=f"FRS{100 + number}", effective_on=date(2026, 1, 2), actor=SYSTEM)
    made = [application_in("under_review", issuer=new_issuer(f"Applicant {number} Limited")) for number in range(COUNT)]
    return {name: address.format(reference=made[0].reference) for name, (address, _title) in PAGES.items()}
