"""The modules on dealing with holders, on the end of the business, and what the signatory declares."""

from __future__ import annotations

from issuers.manifest.parts import Field, FieldKind, Module


def _(text: str) -> str:
    """Mark a text for the translators' catalogue; it is translated where it is shown."""
    return text


CONDUCT = Module(
    "conduct", _("Conduct and complaints"),
    _("What holders are told, how their complaints are answered and their data kept."),
    "ORD Sch. 2 ss. 13-14; SUP 8",
    (
        Field("disclosure", _("What is published, where and how often"), FieldKind.LONG_TEXT, cite="SUP 8.2"),
        Field("complaints", _("How a complaint is made and answered"), FieldKind.LONG_TEXT,
              hint=_("Channels, languages, costs, and who decides: somebody who was not involved."), cite="SUP 8.4"),
        Field("acknowledge_days", _("Calendar days to acknowledge a complaint"), FieldKind.INTEGER,
              cite="SUP 8.4.2"),
        Field("reply_days", _("Calendar days to a full or interim reply"), FieldKind.INTEGER, cite="SUP 8.4.2"),
        Field("complaints_email", _("E-mail address for complaints"), FieldKind.EMAIL),
        Field("complaints_phone", _("Telephone number for complaints"), FieldKind.PHONE, required=False),
        Field("conflicts", _("Policy on conflicts of interest"), FieldKind.LONG_TEXT, cite="ORD Sch. 2 s. 13"),
        Field("privacy", _("How personal data are protected"), FieldKind.LONG_TEXT),
        Field("accounting", _("Information and accounting systems"), FieldKind.LONG_TEXT,
              hint=_("Which systems keep which records, where they are, and how the authority gets at them."),
              cite="SUP 8.1"),
        Field("advertising", _("How advertising is checked before it is published"), FieldKind.LONG_TEXT,
              hint=_("Once licensed, each advertisement shows the licence number."), cite="ORD s. 23"),
    ),
    ("19",),
)

WIND_DOWN = Module(
    "wind_down", _("Recovery and orderly wind-down"),
    _("How the business continues through a disruption, and how it ends without loss to holders."),
    "ORD Sch. 2 s. 16; SUP 6.8",
    (
        Field("continuity", _("Continuity plan"), FieldKind.LONG_TEXT,
              hint=_("Functions that must go on, within how many hours, and from where.")),
        Field("recovery_hours", _("Hours within which redemption resumes after a disruption"), FieldKind.INTEGER),
        Field("tested_on", _("Day of the last test"), FieldKind.PAST_DAY, required=False,
              hint=_("Leave empty if the plan has not been tested yet."), cite="SUP 6.8.18"),
        Field("triggers", _("What sets recovery and exit in motion"), FieldKind.LONG_TEXT, cite="SUP 6.8.3"),
        Field("exit_steps", _("The steps of an orderly wind-down"), FieldKind.LONG_TEXT,
              hint=_("From the decision to the last coin redeemed, with who does what."), cite="SUP 6.8.17"),
        Field("exit_days", _("Days until all coins are redeemed"), FieldKind.INTEGER),
        Field("exit_cost", _("What it costs (HK$)"), FieldKind.AMOUNT_HKD,
              hint=_("And it does not come out of the pool.")),
        Field("exit_funding", _("What pays for it"), FieldKind.LONG_TEXT),
        Field("unclaimed", _("What becomes of coins that nobody brings back"), FieldKind.LONG_TEXT),
    ),
)

DECLARATIONS = Module(
    "declarations", _("Declarations"),
    _("What the applicant declares. The authorised signatory sees these again before signing."),
    "ORD s. 14",
    (
        Field("true_and_complete", _("Is everything in this application true and complete?"), FieldKind.YES_NO,
              hint=_("Whoever gives information that is false or misleading commits an offence.")),
        Field("board_approved", _("Has the board resolved to apply?"), FieldKind.YES_NO, cite="LIC Annex B 5"),
        Field("board_approved_on", _("Day of the resolution"), FieldKind.PAST_DAY),
        Field("notify_changes", _("Will you tell the authority of changes before a decision is made?"),
              FieldKind.YES_NO),
        Field("refused", _("Was the applicant, or a group company, refused a licence anywhere in the last ten years?"),
              FieldKind.YES_NO),
        Field("disciplined", _("Was any of them disciplined, fined or investigated by an authority in that time?"),
              FieldKind.YES_NO),
        Field("insolvency", _("Was any of them insolvent, or in talks with its creditors, in that time?"),
              FieldKind.YES_NO),
        Field("detail", _("Details of each question above that you answered with yes"), FieldKind.LONG_TEXT,
              required=False, hint=_("What happened, where and when, and how it ended.")),
        Field("consent_enquiries", _("May the authority ask other authorities about the applicant?"),
              FieldKind.YES_NO),
    ),
    ("24",),
)
