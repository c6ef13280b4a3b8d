"""``decide_alert ID --as EMAIL``: decide an alert, confirm or return a true match, or take a decision back."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from aml.models import Alert
from aml.selectors.alerts import alerts_for
from aml.services import decisions
from core.commands import AnsweringCommand, aligned
from core.errors import Refused
from core.models import User

ACTS = ("false", "unclear", "true", "confirm", "return", "revoke")


class Command(AnsweringCommand):
    help = "Decide an alert as an officer: false, unclear, true (a proposal), confirm or return one, revoke a memory"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("alert", type=int, help="the alert's id")
        parser.add_argument("act", choices=ACTS)
        parser.add_argument("--as", dest="email", required=True, help="e-mail address of the officer")
        parser.add_argument("--reason", default="", help="a code of the policy (aml/reasons.toml)")
        parser.add_argument("--text", default="", help="why, in words; part of the record")
        parser.add_argument("--days", type=int, help="how long a false match is remembered")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        officer, alert = _officer_and_alert(options)
        act, text = options["act"], options["text"]
        if act == "confirm":
            decisions.confirm_match(alert, actor=officer)
        elif act == "return":
            decisions.return_match(alert, text=text, actor=officer)
        elif act == "revoke":
            if (latest := alert.decisions.first()) is None:
                raise Refused(_("Nothing was decided on this alert."), code="stale")
            decisions.revoke_decision(latest, text=text, actor=officer)
        else:
            decisions.decide_alert(alert, outcome=act, reason=options["reason"], text=text, days=options["days"],
                                   actor=officer)
        return _shown(Alert.objects.select_related("case").get(pk=alert.pk))

    def table(self, answer: dict[str, Any]) -> list[str]:
        return aligned([(name, str(value)) for name, value in answer.items()])


def _officer_and_alert(options: dict[str, Any]) -> tuple[User, Alert]:
    officer = User.objects.filter(email__iexact=options["email"], is_active=True).first()
    alert = alerts_for(officer).filter(pk=options["alert"]).first() if officer else None
    if officer is None or alert is None:
        raise Refused(_("There is no such alert or officer."), code="unknown_alert")
    return officer, alert


def _shown(alert: Alert) -> dict[str, Any]:
    latest = alert.decisions.first()
    return {
        "id": alert.pk, "kind": alert.kind, "state": alert.status, "case": alert.case.reference,
        "reason": latest.reason if latest else None,
        "remembered_until": latest.expires_on.isoformat() if latest and latest.expires_on else None,
    }
