"""The documents of LIC Annex B: 23 with the form, six on request."""

from __future__ import annotations

from issuers.manifest.parts import COMPANY, DocumentSlot


def _(text: str) -> str:
    """Mark a text for the translators' catalogue; it is translated where it is shown."""
    return text


CITE = "LIC Annex B"
_COMPANY_ONLY = (COMPANY,)

DOCUMENTS: tuple[DocumentSlot, ...] = (
    DocumentSlot("1", _("Licence application form")),
    DocumentSlot("2", _("Business plan for at least three years")),
    DocumentSlot("3", _("Operating and financial budget for three years")),
    DocumentSlot("4", _("Company records certified by the chief executive"),
                 _("Certificates of incorporation and of change of name, return of allotment (NSC1), incorporation form"
                   " (NC1 or NNC1), business registration, registers of members, directors, charges and debenture"
                   " holders.")),
    DocumentSlot("5", _("Resolution of the board to apply")),
    DocumentSlot("6", _("Articles of association"), _("Two copies on paper are asked for besides.")),
    DocumentSlot("7", _("Full ownership chart with each majority and minority controller")),
    DocumentSlot("8", _("Forms of the controllers"), kinds=_COMPANY_ONLY),
    DocumentSlot("9", _("Latest audited accounts of corporate controllers")),
    DocumentSlot("10", _("Draft trust documents for the reserve")),
    DocumentSlot("11", _("Audited accounts of the three years before"),
                 _("The parent's, if the applicant is a new subsidiary.")),
    DocumentSlot("12", _("Management committees, organisation and staffing plan")),
    DocumentSlot("13", _("Forms of the chief executive, directors and stablecoin manager"),
                 _("An authorized institution files the stablecoin manager's only.")),
    DocumentSlot("14", _("Controls on the appointment of managers")),
    DocumentSlot("15", _("Policy on the management of the reserve")),
    DocumentSlot("16", _("Policy on issue, redemption and distribution")),
    DocumentSlot("17", _("Risk policies"),
                 _("Credit, market and liquidity; technology; operations with third parties; reputation; money"
                   " laundering; incidents, continuity and exit.")),
    DocumentSlot("18", _("Policy on governance")),
    DocumentSlot("19", _("Policies on conduct"),
                 _("Information and accounting systems, disclosure, privacy, complaints.")),
    DocumentSlot("20", _("Terms and conditions for holders")),
    DocumentSlot("21", _("Custody arrangement")),
    DocumentSlot("22", _("White paper")),
    DocumentSlot("23", _("Institutional assessment of money-laundering risk")),
    DocumentSlot("24", _("Independent assessment or audit report on compliance"), on_request=True),
    DocumentSlot("25", _("Auditor's certificate of paid-up capital"), on_request=True, kinds=_COMPANY_ONLY),
    DocumentSlot("26", _("Certified trust documents with an independent legal opinion"), on_request=True),
    DocumentSlot("27", _("Legal opinion on the holders' rights (SUP 3.3.1)"), on_request=True),
    DocumentSlot("28", _("Certified contracts with the custodian and material third parties"), on_request=True),
    DocumentSlot("29", _("Audit report on the smart contract"), on_request=True),
)


def slots_for(issuer_kind: str) -> tuple[DocumentSlot, ...]:
    """Return the documents that an applicant of the kind files, in the order of Annex B."""
    return tuple(slot for slot in DOCUMENTS if issuer_kind in slot.kinds)
