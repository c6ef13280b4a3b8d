"""Somebody behind an issuer who met two entries: one alert waits, one was called a false match."""

from __future__ import annotations

from aml.models import Alert, Screening
from aml.services import screening
from aml.services.decisions import decide_alert
from aml.services.subjects import sweep_subjects
from tests.aml.listed import load


def add_alerts(world) -> dict[str, int]:
    """Screen everybody in two small lists, and return the keys that addresses name."""
    load("un", {
        "QDi.1": {"name": "Dora Fan", "birth_dates": ["1971"], "countries": ["HK"],
                  "identifiers": [{"kind": "passport", "value": "K1234567", "country": "HK"}]},
        "QDi.2": {"name": "Fan Dora Wai"},
    })
    load("hk", {"G.1": "Nobody Known"})
    sweep_subjects()
    screening.screen_waiting()
    first, second = Alert.objects.filter(subject__name_en="Dora Fan").order_by("entry__key")
    decide_alert(second, outcome="false", reason="common_name", actor=world.people["dee"])
    return {"alert": first.pk, "cleared": second.pk, "subject": first.subject_id,
            "screening": Screening.objects.filter(subject=first.subject_id).latest("pk").pk}
