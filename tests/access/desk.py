"""Somebody behind the issuer who met an entry: one alert open, one called a false match, and the screening of it."""

from __future__ import annotations

from aml.models import Alert, ListEntry, ListVersion, Screening, ScreeningRun, Subject
from aml.services.alerts import raise_alert
from aml.services.decisions import decide_alert
from core import clock

_ALERT, _SUBJECT, _SCREENING = {"pk": "desk_alert"}, {"pk": "desk_subject"}, {"pk": "desk_screening"}
PARTS = {
    "officer:alert": _ALERT, "officer:alert_decide": _ALERT, "officer:alert_confirm": _ALERT,
    "officer:alert_revoke": {"pk": "desk_decision"},
    "officer:subject": _SUBJECT, "officer:subject_screen": _SUBJECT,
    "officer:screening": _SCREENING, "officer:screening_pdf": _SCREENING,
    "api:alert": _ALERT, "api:subject": _SUBJECT, "api:subject_screen": _SUBJECT, "api:screening": _SCREENING,
}


def build(world, request) -> None:
    owner = request.getfixturevalue("issuer").organisation
    subject = Subject.objects.create(key=f"counterparty:{owner.slug}", kind="person", parts=["director"], owner=owner,
                                     name_en="Dora Desk", digest="d" * 64, ended_at=clock.now())
    number = ListVersion.objects.filter(source="own").count() + 1
    version = ListVersion.objects.create(source="own", number=number, sha256="0" * 64, entry_count=2, name_count=2,
                                         address_count=0, added=2, changed=0, removed=0, screened_at=clock.now(),
                                         wallets_screened_at=clock.now())
    entries = [ListEntry.objects.create(source="own", key=f"{owner.slug}-{key}", since=number, kind="person", name="Dora Desk",
                                        digest=f"{key}" * 64) for key in (1, 2)]
    run = ScreeningRun.objects.create(
        reason="entry", algorithm="equal-1", threshold="1.0000", ended_at=clock.now(), subject_count=1,
        lists=[{"source": "own", "number": version.number, "sha256": version.sha256, "published_on": "", "entries": 2,
                "searched": "all"}])
    screening = Screening.objects.create(
        run=run, subject=subject, subject_digest=subject.digest, compared=2, best_score="0.1000",
        query={"names": ["Dora Desk"], "kind": "person", "country": "", "identifiers": [], "birth_date": ""})
    alert, other = (
        raise_alert(Alert.Kind.NAME, key=f"name:{subject.key}:own:{entry.key}", owner=owner, subject=subject, entry=entry,
                    score="1.0000", explanation={}) for entry in entries
    )
    decision = decide_alert(other, outcome="false", reason="common_name", actor=request.getfixturevalue("dee"))
    world |= {"desk_alert": alert.pk, "desk_subject": subject.pk, "desk_screening": screening.pk,
              "desk_decision": decision.pk}
