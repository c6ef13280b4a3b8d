"""One record of each lifecycle of AML, as ``records`` has the others."""

from __future__ import annotations

from aml.models import Alert, AlertDecision, Subject
from aml.services.alerts import CASE
from core import cases
from core.access import SYSTEM
from core.cases import next_reference
from issuers.models import Issuer
from tests.issuers.records import Lifecycle, Standing
from tests.issuers.records_reserves import made_by

#: Who called it a true match neither confirms nor returns that.
DECIDED = {
    "somebody proposed": Standing(),
    "dee proposed": Standing(by="dee", others=frozenset({"confirm", "return"}), states=frozenset({"proposed"})),
}


def alert(issuer: Issuer, status: str, move: str = "", standing: str = "somebody proposed") -> Alert:
    owner, key = issuer.organisation, next_reference("SUB")
    subject = Subject.objects.create(key=key, kind="person", owner=owner, name_en="Sam Subject", digest="0" * 64)
    case = cases.open_case(CASE.name, subject=subject.name_en, owner=owner, key=key, actor=SYSTEM)
    made = Alert.objects.create(key=f"name:{key}", kind="name", status=status, owner=owner, subject=subject, case=case,
                                basis="0" * 64)
    AlertDecision.objects.create(alert=made, outcome="true", reason="same_particulars", basis=made.basis,
                                 decided_by=made_by(DECIDED[standing]))
    return made


LIFECYCLES = {"Alert": Lifecycle(alert, of_issuer=False, standings=DECIDED)}
