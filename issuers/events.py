"""The events that a licensee must tell the authority of: what is asked, under which law, and by when.

Only what the law counts in days has a time limit in ``time_limits.toml``; "immediately" and "as soon as practicable"
stay words, and what needs approval beforehand is in time before its day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from core.calendars import HongKongCalendar
from core.deadlines import end_of
from issuers.manifest.parts import AUTHORIZED_INSTITUTION, BOTH, COMPANY, Field, FieldKind
from issuers.time_limits import TimeLimit, time_limit


def _(text: str) -> str:
    """Mark a text for the translators' catalogue; it is translated where it is shown."""
    return text


class When(StrEnum):
    """How the law says by when."""

    IMMEDIATELY = "immediately"
    AS_SOON_AS_PRACTICABLE = "as_soon_as_practicable"
    WHEN_STARTED = "when_started"
    BEFOREHAND = "beforehand"
    WITHIN = "within"  # a time limit in days


WHEN_LABELS = {
    When.IMMEDIATELY: _("Immediately"),
    When.AS_SOON_AS_PRACTICABLE: _("As soon as practicable"),
    When.WHEN_STARTED: _("When it is started"),
    When.BEFOREHAND: _("Before it takes place"),
}


@dataclass(frozen=True, slots=True)
class EventKind:
    """One kind of event. ``limit`` names the time limit where the law counts days; it runs from the day of the event,
    or with ``from_awareness`` from the day on which the licensee came to know of it.

    ``about_person`` asks whom it is about; ``positions`` are the appointments that end on the day of the event when
    its field ``change`` says ``ceased``. ``kinds`` are the licensees that the duty applies to.
    """

    key: str
    title: str
    intro: str
    cite: str
    when: When
    fields: tuple[Field, ...]
    limit: str = ""
    from_awareness: bool = False
    about_person: bool = False
    positions: tuple[str, ...] = ()
    urgent: bool = False
    kinds: tuple[str, ...] = BOTH

    def limit_on(self, day: date) -> TimeLimit | None:
        """Return the time limit in force on the day, or None where the law counts no days."""
        return time_limit(self.limit, day) if self.limit else None

    def counted_from(self, happened_on: date | None, known_on: date) -> date:
        """Return the day that the time limit is counted from."""
        return known_on if self.from_awareness or happened_on is None else happened_on

    def due(self, happened_on: date | None, known_on: date, calendar: HongKongCalendar) -> datetime | None:
        """Return the last instant in time, or None where the law gives words and no days."""
        if self.when is When.BEFOREHAND:
            return end_of(happened_on - timedelta(days=1)) if happened_on else None
        start = self.counted_from(happened_on, known_on)
        limit = self.limit_on(start)
        return limit.due(start, calendar) if limit else None


_WHAT = Field("what", _("What happened, or is about to happen"), FieldKind.LONG_TEXT)
_REASON = Field("reason", _("Reason"), FieldKind.LONG_TEXT)
_REMARKS = Field("remarks", _("Anything else the authority should know"), FieldKind.LONG_TEXT, required=False)
_CHANGE = _("What changed")
_CEASED = ("ceased", _("Ceased to hold the position"))
_AFFAIRS = (
    ("accounts", _("Accounts")), ("risk_control", _("Risk control")),
    ("aml_control", _("Anti-money-laundering control")),
    ("computer_systems", _("Computer systems")), ("internal_audit", _("Internal audit")),
    ("compliance", _("Compliance")), ("other_business", _("Other business with consent")),
)

_ALL = (
    EventKind(
        "distress", _("Unable to meet obligations"),
        _("The licensee is likely to become unable to meet its obligations, is insolvent, or is about to suspend"
          " payment."),
        "ORD s. 25", When.IMMEDIATELY, urgent=True,
        fields=(
            Field("ground", _("What is the case"), FieldKind.CHOICE, choices=(
                ("unable", _("Likely to become unable to meet its obligations")), ("insolvent", _("Insolvent")),
                ("suspends", _("About to suspend payment")))),
            _WHAT,
            Field("measures", _("What has been done, and what will be done for the holders"), FieldKind.LONG_TEXT),
            Field("phone", _("Telephone number on which somebody answers now"), FieldKind.PHONE),
        ),
    ),
    EventKind(
        "change_of_address", _("Change of address or e-mail"),
        _("The principal place of business, the postal address or the e-mail address changed. Once acknowledged, the"
          " public register shows the new particulars."),
        "ORD s. 26", When.WITHIN, limit="change_of_address",
        fields=(
            Field("address_en", _("New principal address in Hong Kong"), hint=_("Leave empty what did not change."),
                  required=False),
            Field("address_zh_hant", _("New principal address in Traditional Chinese"), required=False),
            Field("address_zh_hans", _("New principal address in Simplified Chinese"), required=False),
            Field("postal_address", _("New postal address"), required=False),
            Field("email", _("New e-mail address"), FieldKind.EMAIL, required=False),
            _REMARKS,
        ),
    ),
    EventKind(
        "material_change", _("Material change"),
        _("An actual or likely change that matters to the minimum criteria, the conditions of the licence or the"
          " business."),
        "ORD s. 27", When.AS_SOON_AS_PRACTICABLE,
        fields=(
            Field("certainty", _("Has it happened"), FieldKind.CHOICE,
                  choices=(("actual", _("It has happened")), ("likely", _("It is likely to happen")))),
            Field("bears_on", _("What it matters to"), FieldKind.CHOICE, choices=(
                ("criteria", _("A minimum criterion")), ("conditions", _("A condition of the licence")),
                ("business", _("The business")))),
            _WHAT,
            Field("effect", _("What follows from it, and what is done about it"), FieldKind.LONG_TEXT),
        ),
    ),
    EventKind(
        "change_of_controller", _("Change of controller"),
        _("A person became or ceased to be a controller. Becoming one also needs the authority's prior consent."),
        "ORD s. 43", When.WITHIN, limit="change_of_controller", about_person=True, positions=("controller",),
        kinds=(COMPANY,),
        fields=(
            Field("change", _CHANGE, FieldKind.CHOICE, choices=(
                ("became", _("Became a controller")), ("holding", _("The holding of a controller changed")),
                ("ceased", _("Ceased to be a controller")))),
            Field("votes_percent", _("Votes now held, in per cent"), FieldKind.PERCENT, required=False),
            _REASON, _REMARKS,
        ),
    ),
    EventKind(
        "change_of_manager", _("Change of manager"),
        _("A manager of a specified affair was appointed, ceased to act, or took on other affairs."),
        "ORD s. 63", When.WITHIN, limit="change_of_manager", about_person=True, positions=("manager",),
        fields=(
            Field("change", _CHANGE, FieldKind.CHOICE, choices=(
                ("appointed", _("Appointed, or took on other affairs")), _CEASED)),
            Field("affair", _("Affair (ORD Sch. 1)"), FieldKind.CHOICE, choices=_AFFAIRS),
            _REMARKS,
        ),
    ),
    EventKind(
        "change_of_chief_executive", _("Chief executive or alternate ceased to act"),
        _("The chief executive or an alternate ceased to act."),
        "ORD s. 57", When.WITHIN, limit="change_of_chief_executive", from_awareness=True, about_person=True,
        positions=("chief_executive", "alternate"), kinds=(COMPANY,),
        fields=(
            Field("change", _CHANGE, FieldKind.CHOICE, choices=(_CEASED,)), _REASON,
            Field("meanwhile", _("Who acts meanwhile"), required=False), _REMARKS,
        ),
    ),
    EventKind(
        "change_of_director", _("Change of director"),
        _("A director joined or ceased to act. Joining also needs the authority's prior consent."),
        "ORD s. 62", When.WITHIN, limit="change_of_director", from_awareness=True, about_person=True,
        positions=("director",), kinds=(COMPANY,),
        fields=(
            Field("change", _CHANGE, FieldKind.CHOICE, choices=(("joined", _("Joined the board")), _CEASED)),
            _REASON, _REMARKS,
        ),
    ),
    EventKind(
        "change_of_stablecoin_manager", _("Stablecoin manager ceased to act"),
        _("The stablecoin manager of an authorized institution ceased to act."),
        "ORD s. 70", When.WITHIN, limit="change_of_stablecoin_manager", from_awareness=True, about_person=True,
        positions=("stablecoin_manager",), kinds=(AUTHORIZED_INSTITUTION,),
        fields=(
            Field("change", _CHANGE, FieldKind.CHOICE, choices=(_CEASED,)), _REASON,
            Field("meanwhile", _("Who acts meanwhile"), required=False), _REMARKS,
        ),
    ),
    EventKind(
        "disposal_of_business", _("Sale or disposal of business"),
        _("All or part of the business is to be sold or disposed of. It needs the authority's prior written approval,"
          " besides this notice."),
        "ORD s. 73", When.BEFOREHAND,
        fields=(
            Field("what", _("What is to be disposed of"), FieldKind.LONG_TEXT),
            Field("to_whom", _("To whom")),
            Field("holders", _("What becomes of the holders' claims and of the reserve"), FieldKind.LONG_TEXT),
            _REMARKS,
        ),
    ),
    EventKind(
        "capital_reconstruction", _("Reconstruction of capital"),
        _("The licensee's capital is reconstructed."),
        "ORD s. 74", When.AS_SOON_AS_PRACTICABLE,
        fields=(
            _WHAT,
            Field("paid_up_hkd", _("Paid-up capital afterwards, in Hong Kong dollars"), FieldKind.AMOUNT_HKD,
                  required=False),
            _REMARKS,
        ),
    ),
    EventKind(
        "key_recovery", _("Recovery of keys started"),
        _("The procedure to recover significant keys was started."),
        "SUP 6.5.7", When.WHEN_STARTED,
        fields=(
            Field("keys", _("Which keys, and what they control"), FieldKind.LONG_TEXT),
            Field("cause", _("Why they are recovered"), FieldKind.LONG_TEXT),
            Field("effect", _("What it means for minting, burning and redemption meanwhile"), FieldKind.LONG_TEXT),
        ),
    ),
)

EVENTS: dict[str, EventKind] = {each.key: each for each in _ALL}
CHOICES = tuple((each.key, each.title) for each in _ALL)


def events_for(issuer_kind: str) -> tuple[EventKind, ...]:
    """Return the events that a licensee of the kind must tell of, the most urgent first."""
    return tuple(each for each in _ALL if issuer_kind in each.kinds)
