"""What the OpenAPI document promises holds for whatever is sent: examples are generated from the document itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import FailureGroup

from aml.models import ListLoad, TravelRuleSample
from aml.services.watchlists import load_watchlist
from core import blobs, cases, clock
from core.access import SYSTEM
from core.correspondence import send_message
from core.models import ApiKey, CaseEnclosure, FeedFile
from core.roles import Role
from core.uploads import CheckedFile
from issuers.models import Application, EventNotice, InformationRequest
from reports.models import ReportRun
from tests.aml.lists import un
from tests.api.conftest import DAY, OPERATIONS, Caller
from tests.factories import csv_bytes, holding, sound_day
from tests.issuers import records
from tests.issuers.applications import application_in

#: Examples for each operation, caller and way to make them; the same in every run.
EXAMPLES = 2
#: That a valid request is accepted cannot be asked of these: a file, an answer or a filing is judged by what it says,
#: and no register is known of a day to come.
JUDGES_CONTENT = {"files_send", "applications_answer", "applications_file", "applications_reply",
                  "notices_draft", "notices_submit", "complaints_file", "stress_tests_file", "register_list", "register_read",
                  "register_table", "register_check", "warnings_list", "watchlists_load", "aml_returns_file",
                  "travel_rule_samples_draw", "messages_send", "reports_verify"}


@pytest.fixture
def keys(coin, rival_coin, authority, key_for) -> dict[str, str]:
    """A judged day, two reports, an application with a request, a notice; and the keys of those who ask for them."""
    keys = {
        "issuer": key_for(coin.issuer.organisation, Role.COMPLIANCE_OFFICER),
        "officer": key_for(authority, Role.CASE_OFFICER),
        "analyst": key_for(authority, Role.AML_ANALYST),
        "anybody": "",
    }
    files = sound_day(DAY) | {"holdings": csv_bytes([holding(DAY, market_value="99999990.00")])}
    for feed, raw in files.items():
        assert Caller(keys["issuer"]).send("LRHKD", feed, raw).status_code == 201
    account = Caller(keys["officer"]).post(f"/api/v1/coins/LRHKD/days/{DAY}/run/").json()
    for version, status in ((1, "frozen"), (2, "rendered")):
        ReportRun.objects.create(
            reference=f"R{version}",
            kind="daily_reserve",
            subject="LRHKD",
            owner=coin.issuer.organisation,
            as_of=DAY,
            version=version,
            facts=account,
            digest=account["digest"],
            status=status,
            document=blobs.store_blob(b"%PDF-1.7") if status == "rendered" else None,
        )
    load_watchlist("un", un(), actor=SYSTEM)
    TravelRuleSample.objects.create(coin=coin, reference="TRS-2026-9001", period_start=DAY, period_end=DAY, per_stratum=1,
                                    seed="s", threshold_hkd="8000", cite="AML 6.5-6.24", population={})
    records.event_notice(coin.issuer, "draft")
    asked = application_in("awaiting_information", issuer=coin.issuer)
    request = InformationRequest.objects.create(
        application=asked, number=1, sent_by=records.somebody(), due_at=clock.now() + timedelta(days=9)
    )
    request.items.create(number=1, text="Which bank holds the reserve?")
    late = cases.open_case("issuers.breach", subject="LRHKD", owner=coin.issuer.organisation, key="asked", actor=SYSTEM,
                           params={"rule": "HK-RES-01", "as_of": DAY.isoformat()})
    send_message(late, text="Enclosed.", files=[CheckedFile(b"x", "x.pdf", "application/pdf", 1)], actor=ApiKey.objects.get(
        organisation=coin.issuer.organisation))
    return keys


def known_parts(path: str) -> dict[str, Any]:
    """Parts of the address that lead to a record, so that answers other than 404 are looked at too."""
    if "/applications/" in path:
        slot = "/documents/" in path
        return {"reference": Application.objects.earliest("pk").reference, "number": "2" if slot else 1, "item": 1}
    if "/watchlists/" in path:
        return {"source": "un", "number": 1, "id": ListLoad.objects.earliest("pk").pk}
    if "/travel-rule-samples/" in path:
        return {"reference": TravelRuleSample.objects.earliest("pk").reference}
    if "/event-notices/" in path:
        return {"reference": EventNotice.objects.earliest("pk").reference}
    if "/cases/" in path:
        file = CaseEnclosure.objects.select_related("note__case").earliest("pk")
        return {"reference": file.note.case.reference, "id": file.pk}
    return {
        "symbol": "LRHKD",
        "feed": "holdings",
        "as_of": DAY.isoformat(),
        "reference": "R2",
        "number": "FRS01",
        "name": "holdings.csv",
        "id": str(FeedFile.objects.filter(subject="LRHKD").earliest("pk").pk),
    }


def generated(operation, known: dict[str, Any], headers: dict[str, str], *, anywhere: bool):
    """Yield ways to make requests: to a known record, or anywhere; as described, or just not.

    What leads nowhere does so for everybody: that is asked with one key.
    """
    parts = [parameter.name for parameter in operation.path_parameters]
    here = {name: known[name] for name in parts}
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        if anywhere and parts:
            yield mode, operation.as_strategy(mode, headers=headers)
        yield mode, operation.as_strategy(mode, path_parameters=here, headers=headers)


def ask(strategy, excluded: list) -> None:
    """Send the examples and hold every answer against the document."""

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def one(case):
        case.call_and_validate(excluded_checks=excluded)

    one()


@pytest.mark.parametrize("who", ["issuer", "officer", "analyst", "anybody"])
def test_the_api_keeps_its_promises_whatever_is_sent(who, keys, application):
    load_all_checks()
    headers = {"Authorization": f"Bearer {keys[who]}"} if keys[who] else {}
    asked, failures = set(), []
    for result in schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application).get_all_operations():
        operation = result.ok()
        label = operation.definition.raw["operationId"]
        asked.add(label)
        if who == "analyst" and "/watchlists/" not in operation.path:
            continue  # an officer's key asks for the others
        excluded = CHECKS.get_by_names(["positive_data_acceptance"]) if label in JUDGES_CONTENT else []
        for mode, strategy in generated(operation, known_parts(operation.path), headers, anywhere=who == "issuer"):
            try:
                ask(strategy, excluded)
            except Unsatisfiable:  # an address without constraints cannot be got wrong
                assert mode is GenerationMode.NEGATIVE
            except FailureGroup as group:
                failures += [f"{label}: {failure}" for failure in group.exceptions]
    assert not failures, "\n\n".join(failures)
    assert len(asked) == OPERATIONS


@pytest.fixture
def application(settings):
    """The platform as a web server calls it, without limits: the examples come faster than any program."""
    rates = {"visitor": "1000000/min", "key": "1000000/min"}
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": rates}
    # A request that ends would close the connection that holds the test's transaction.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
