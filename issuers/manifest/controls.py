"""The modules on what could go wrong and what keeps it from doing so: risk, technology, money laundering."""

from __future__ import annotations

from issuers.manifest.parts import Column, Field, FieldKind, Module


def _(text: str) -> str:
    """Mark a text for the translators' catalogue; it is translated where it is shown."""
    return text


RISK = Module(
    "risk", _("Risk management"),
    _("How risks are found, limited and watched, and who may say no. Policies are filed as document 17; once licensed,"
      " departing from them needs consent first."),
    "ORD Sch. 2 s. 9; SUP 6",
    (
        Field("governance", _("Who is responsible for risk"), FieldKind.LONG_TEXT,
              hint=_("The three lines, where each reports to, and who can stop the business.")),
        Field("appetite", _("What the board accepts and what it does not"), FieldKind.LONG_TEXT),
        Field("limits", _("Limits"), FieldKind.TABLE, hint=_("The limits that matter most, with who watches them."),
              columns=(Column("risk", _("Risk")), Column("indicator", _("Indicator")), Column("limit", _("Limit")),
                       Column("owner", _("Who watches it"))),
              cite="SUP 6.4"),
        Field("breach", _("What happens when a limit is broken"), FieldKind.LONG_TEXT,
              hint=_("To whom it is told within the day, and when the authority is told."), cite="SUP 6.4.2"),
        Field("third_parties", _("Material third parties"), FieldKind.TABLE, required=False,
              columns=(Column("name", _("Name")), Column("service", _("Service")),
                       Column("country", _("Place"), FieldKind.COUNTRY),
                       Column("replaceable", _("Replaceable within (days)"), FieldKind.INTEGER)),
              cite="SUP 6.6.11"),
        Field("incidents", _("How incidents are handled"), FieldKind.LONG_TEXT,
              hint=_("Indicators, levels, who decides, whom you tell and when; de-pegging among them."),
              cite="SUP 6.8.3"),
        Field("audit", _("Internal audit"), FieldKind.LONG_TEXT,
              hint=_("Who does it, to whom it reports, and the plan of the first year.")),
        Field("review", _("How often the framework is reviewed, in months"), FieldKind.INTEGER,
              hint=_("At least once a year."), cite="SUP 6.3.5"),
        Field("deviation", _("How you make sure that no policy is departed from without consent"),
              FieldKind.LONG_TEXT, cite="ORD Sch. 2 s. 9(2)"),
    ),
    ("17",),
)

TECHNOLOGY = Module(
    "technology", _("Technology and keys"),
    _("The contracts, the keys that control them and the systems around them."),
    "SUP 6.5",
    (
        Field("architecture", _("Ledgers, token standard and systems"), FieldKind.LONG_TEXT, cite="SUP 6.5.2"),
        Field("operations", _("Operations on the contract"), FieldKind.TABLE,
              hint=_("Deploy, configure, mint, burn, upgrade, pause, freeze, blacklist. Nobody does one of high risk"
                     " alone."),
              columns=(Column("operation", _("Operation")),
                       Column("approvers", _("Approvals needed"), FieldKind.INTEGER),
                       Column("keys", _("Where the keys are")),
                       Column("time_lock", _("Time lock (hours)"), FieldKind.INTEGER, required=False)),
              cite="SUP 6.5.3"),
        Field("contract_auditor", _("Who audits the contracts"), cite="SUP 6.5.5"),
        Field("contract_audited_on", _("Day of the last audit of the contracts"), FieldKind.PAST_DAY, required=False),
        Field("upgrade", _("Can the contracts be changed after they are deployed?"), FieldKind.YES_NO),
        Field("key_storage", _("How keys are made, kept and used"), FieldKind.LONG_TEXT,
              hint=_("Hardware, place, ceremony, people; which keys never touch a network."), cite="SUP 6.5.7"),
        Field("keys_in_hong_kong", _("Are the significant keys kept in Hong Kong?"), FieldKind.YES_NO,
              cite="SUP 6.5.7"),
        Field("key_loss", _("What happens when a key is lost or stolen"), FieldKind.LONG_TEXT,
              hint=_("Recovery, its last test, and when the authority is told.")),
        Field("customer_security", _("How customers' accounts and wallets are protected"), FieldKind.LONG_TEXT,
              cite="SUP 6.5.9-6.5.10"),
        Field("testing", _("Penetration tests and their rhythm"), FieldKind.LONG_TEXT),
        Field("forks", _("What happens at a fork or when a chain stops"), FieldKind.LONG_TEXT),
    ),
    ("29",),
)

AML = Module(
    "aml", _("Money laundering and sanctions"),
    _("How customers are known, wallets and holders screened, transfers accompanied by their data and suspicions"
      " reported."),
    "ORD Sch. 2 s. 10; AML guideline",
    (
        Field("mlro", _("Money laundering reporting officer"), hint=_("Name and experience in a sentence.")),
        Field("risk_assessment_on", _("Day of the institutional risk assessment"), FieldKind.PAST_DAY),
        Field("cdd", _("How customers are identified and verified"), FieldKind.LONG_TEXT,
              hint=_("Individuals and entities, at a distance and in person, before any coin is issued.")),
        Field("edd", _("When more is asked, and who approves"), FieldKind.LONG_TEXT, cite="AML 4.18-4.24"),
        Field("wallets", _("How a customer's wallet is identified and its ownership proven"), FieldKind.LONG_TEXT,
              cite="AML 4.36-4.40"),
        Field("analytics", _("Blockchain analytics"), FieldKind.LONG_TEXT,
              hint=_("Which, what they cover, what they cannot see, and how you know."), cite="AML 5.4-5.5"),
        Field("circulation", _("How coins in circulation are watched"), FieldKind.LONG_TEXT,
              hint=_("Screening beyond the first holder, freezing and blacklisting, or the identity of each holder."),
              cite="AML 5.9-5.12"),
        Field("travel_rule", _("How data travel with transfers"), FieldKind.LONG_TEXT,
              hint=_("The technology, the counterparties it reaches, and what happens when it does not."),
              cite="AML 6.5-6.24"),
        Field("sanctions", _("Sanctions screening"), FieldKind.LONG_TEXT,
              hint=_("Lists, when everybody is screened again, and how fast after a list changes."), cite="AML 7"),
        Field("reports", _("From a suspicion to a report"), FieldKind.LONG_TEXT, cite="AML 8"),
        Field("records", _("For how many years records are kept"), FieldKind.INTEGER, cite="AML 9"),
        Field("staff", _("Staff in financial crime when the first coin is issued"), FieldKind.INTEGER),
    ),
    ("23",),
)
