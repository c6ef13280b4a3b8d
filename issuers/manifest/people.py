"""The modules on who applies and who stands behind it: company, owners, officers and managers."""

from __future__ import annotations

from issuers.manifest.parts import AUTHORIZED_INSTITUTION, COMPANY, Column, Field, FieldKind, Module


def _(text: str) -> str:
    """Mark a text for the translators' catalogue; it is translated where it is shown."""
    return text


_COMPANY_ONLY = (COMPANY,)
_BANK_ONLY = (AUTHORIZED_INSTITUTION,)

CORPORATE = Module(
    "corporate", _("The applicant"),
    _("Who applies, where it is incorporated and how it is reached. The register shows the principal place of business"
      " and the e-mail address once a licence is granted."),
    "ORD s. 14; Sch. 2 s. 3",
    (
        Field("name_en", _("Full name in English"), hint=_("As it stands on the certificate of incorporation.")),
        Field("name_zh", _("Full name in Chinese"), hint=_("Leave empty if there is none."), required=False),
        Field("incorporated_in", _("Where it is incorporated"), FieldKind.COUNTRY,
              hint=_("A company that applies is incorporated in Hong Kong; only an authorized institution may be"
                     " incorporated elsewhere."), cite="ORD Sch. 2 s. 3"),
        Field("incorporated_on", _("Date of incorporation"), FieldKind.PAST_DAY),
        Field("registration_number", _("Business registration number"),
              hint=_("The eight digits at the beginning of the number on the certificate.")),
        Field("lei", _("Legal entity identifier (LEI)"), FieldKind.LEI, required=False,
              hint=_("20 letters and digits. Give it if the applicant has one.")),
        Field("principal_place", _("Principal place of business in Hong Kong"), FieldKind.LONG_TEXT,
              hint=_("A street address, not a post office box."), cite="ORD s. 14"),
        Field("postal_address", _("Postal address"), FieldKind.LONG_TEXT,
              hint=_("Notices that the law wants in writing are sent here."), cite="ORD s. 14"),
        Field("email", _("E-mail address"), FieldKind.EMAIL,
              hint=_("An address of the applicant that is read every day, not that of one person."), cite="ORD s. 14"),
        Field("website", _("Website"), FieldKind.URL, required=False,
              hint=_("Begin with https://. Disclosures to holders will stand there.")),
        Field("contact_name", _("Who answers questions on this application"),
              hint=_("Name and position of one person.")),
        Field("contact_phone", _("Their telephone number"), FieldKind.PHONE,
              hint=_("With the country code, such as +852 2123 4567.")),
        Field("year_end", _("Last financial year end"), FieldKind.PAST_DAY, required=False,
              hint=_("Leave empty if the first financial year has not ended.")),
        Field("home_regulator", _("Authority that regulates the head office, if it is abroad"), required=False,
              hint=_("Name it, and say when you told it of this application."), cite="LIC 4.3"),
    ),
    ("1", "4", "5", "6", "11"),
)

OWNERSHIP = Module(
    "ownership", _("Ownership and controllers"),
    _("Everybody with 10% or more of the votes, and everybody by whose directions the directors act, up to the natural"
      " persons at the top. Enter the people and bodies and what they hold; answer here what concerns them together."),
    "ORD ss. 2, 36-38; Sch. 2 s. 7",
    (
        Field("structure", _("How the applicant is owned and controlled"), FieldKind.LONG_TEXT,
              hint=_("In words, from the applicant to the natural persons at the top: what each layer is for, and any"
                     " trust, nominee or agreement on votes.")),
        Field("agreements", _("Agreements between shareholders that bear on control"), FieldKind.LONG_TEXT,
              required=False, hint=_("Vetoes, rights to appoint directors, options, pledges of shares.")),
        Field("indirect", _("Is there anybody by whose directions the directors are used to act?"), FieldKind.YES_NO,
              hint=_("If so, enter the person as a controller."), cite="ORD s. 2"),
        Field("changes", _("Is a change of ownership planned in the next 12 months?"), FieldKind.YES_NO),
        Field("changes_detail", _("What change, and when"), FieldKind.LONG_TEXT, required=False,
              hint=_("Answer if a change is planned.")),
        Field("support", _("What support the owners have undertaken to give"), FieldKind.LONG_TEXT,
              hint=_("Capital, liquidity or systems, and whether the undertaking is in writing.")),
        Field("keeping_informed", _("How the authority is kept informed of each controller"), FieldKind.LONG_TEXT,
              hint=_("Who notices a change, and how it is reported within the time that the law gives."),
              cite="ORD Sch. 2 s. 7; s. 43"),
    ),
    ("7", "8", "9"), _COMPANY_ONLY,
)

OWNERSHIP_OF_BANK = Module(
    "group", _("The group"),
    _("The place of the applicant in its group. An authorized institution files no forms of controllers."),
    "LIC Annex B 7, 9",
    (
        Field("structure", _("How the applicant is owned and controlled"), FieldKind.LONG_TEXT,
              hint=_("In words, with the full chart as document 7.")),
        Field("unit", _("Which unit would issue"), FieldKind.LONG_TEXT,
              hint=_("Division, head of division, and where it reports to.")),
        Field("other_coins", _("Does any other member of the group issue stablecoins?"), FieldKind.YES_NO),
        Field("other_coins_detail", _("Which, where, and under which authority"), FieldKind.LONG_TEXT, required=False),
        Field("home_consent", _("What the home supervisor says of the plan"), FieldKind.LONG_TEXT, required=False,
              hint=_("For an institution incorporated outside Hong Kong."), cite="LIC 4.3"),
        Field("intragroup", _("Services that other members of the group provide"), FieldKind.LONG_TEXT),
    ),
    ("7", "9"), _BANK_ONLY,
)

CHIEF_EXECUTIVE = Module(
    "chief_executive", _("Chief executive and alternates"),
    _("One chief executive and at least one alternate, each with a form of their own. Answer here how the office is"
      " filled."),
    "ORD ss. 53-54; LIC 3.6",
    (
        Field("reporting", _("To whom the chief executive reports"), FieldKind.LONG_TEXT),
        Field("authority", _("What the chief executive decides alone"), FieldKind.LONG_TEXT,
              hint=_("Limits of amount and matter, and what goes to the board.")),
        Field("residence", _("Will the chief executive be based in Hong Kong?"), FieldKind.YES_NO, cite="LIC 3.6.3"),
        Field("absence", _("How the alternate takes over"), FieldKind.LONG_TEXT,
              hint=_("When, who decides so, and how both are kept equally informed.")),
        Field("time", _("Other offices that take the chief executive's time"), FieldKind.LONG_TEXT, required=False),
        Field("succession", _("Plan of succession"), FieldKind.LONG_TEXT),
    ),
    (), _COMPANY_ONLY,
)

DIRECTORS = Module(
    "directors", _("Board of directors"),
    _("Each director with a form of their own. At least one third of the board is generally independent and"
      " non-executive."),
    "ORD ss. 58-59; SUP 7.1.3",
    (
        Field("board_size", _("How many directors there will be"), FieldKind.INTEGER),
        Field("independent", _("How many of them are independent and non-executive"), FieldKind.INTEGER,
              hint=_("Generally at least one third of the board."), cite="SUP 7.1.3"),
        Field("skills", _("What the board knows, and what it still lacks"), FieldKind.LONG_TEXT,
              hint=_("Payments, custody, technology, money laundering, risk, accounts.")),
        Field("meetings", _("How many times a year the board meets"), FieldKind.INTEGER),
        Field("committees", _("Committees of the board"), FieldKind.TABLE,
              columns=(Column("name", _("Committee")), Column("chair", _("Chair")),
                       Column("members", _("Members"), FieldKind.INTEGER), Column("duty", _("What it does")))),
        Field("conflicts", _("How conflicts of interest of directors are handled"), FieldKind.LONG_TEXT,
              cite="ORD Sch. 2 s. 13"),
    ),
    ("13",), _COMPANY_ONLY,
)

STABLECOIN_MANAGER = Module(
    "stablecoin_manager", _("Stablecoin manager"),
    _("An authorized institution appoints one individual, ordinarily resident in Hong Kong, who is responsible for the"
      " licensed business. The person has a form of their own."),
    "ORD ss. 66-67",
    (
        Field("reporting", _("To whom the stablecoin manager reports"), FieldKind.LONG_TEXT),
        Field("authority", _("What the stablecoin manager decides alone"), FieldKind.LONG_TEXT),
        Field("resident", _("Is the person ordinarily resident in Hong Kong?"), FieldKind.YES_NO, cite="ORD s. 66"),
        Field("staff", _("How many people work for the stablecoin manager"), FieldKind.INTEGER),
        Field("independence", _("How independent the office is of treasury and sales"), FieldKind.LONG_TEXT),
        Field("absence", _("Who stands in when the person is away"), FieldKind.LONG_TEXT),
    ),
    ("13",), _BANK_ONLY,
)

MANAGERS = Module(
    "managers", _("Managers and staff"),
    _("Who heads each affair that the law names, and whether there are enough people of the right knowledge."),
    "ORD s. 63, Sch. 1; Sch. 2 ss. 7-8",
    (
        Field("affairs", _("Heads of the affairs of Schedule 1"), FieldKind.TABLE,
              hint=_("One row per affair. Somebody may head two affairs if they do not check each other."),
              columns=(
                  Column("affair", _("Affair"), FieldKind.CHOICE, choices=(
                      ("accounts", _("Accounts")), ("risk_control", _("Risk control")),
                      ("aml_control", _("Anti-money-laundering control")), ("computer_systems", _("Computer systems")),
                      ("internal_audit", _("Internal audit")), ("compliance", _("Compliance")),
                      ("other_business", _("Other business with consent")))),
                  Column("name", _("Name")), Column("title", _("Position")),
                  Column("in_hong_kong", _("In Hong Kong"), FieldKind.YES_NO))),
        Field("staff_now", _("Staff today"), FieldKind.INTEGER),
        Field("staff_at_launch", _("Staff when the first coin is issued"), FieldKind.INTEGER),
        Field("in_hong_kong", _("How many of them work in Hong Kong"), FieldKind.INTEGER, cite="LIC 3.6.3"),
        Field("fit_and_proper", _("How you make sure that managers are fit and proper"), FieldKind.LONG_TEXT,
              hint=_("Checks before appointment, how often they are repeated, and who decides."),
              cite="ORD Sch. 2 s. 7"),
        Field("knowledge", _("Knowledge and experience of who runs the business day by day"), FieldKind.LONG_TEXT,
              cite="ORD Sch. 2 s. 8"),
        Field("training", _("Training"), FieldKind.LONG_TEXT,
              hint=_("For whom, on what, how often, and how you see that it worked.")),
        Field("remuneration", _("How pay avoids rewarding undue risk"), FieldKind.LONG_TEXT),
    ),
    ("12", "14", "18"),
)
