"""One record of each lifecycle of AML, as ``records`` has the others."""

from __future__ import annotations

from aml.models import Alert, AlertDecision, DetectorParameter, Disposal, Subject, Suspicion
from aml.services.alerts import CASE
from core import cases, clock
from core.access import SYSTEM
from core.cases import next_reference
from issuers.models import Issuer
from tests.issuers.records import Lifecycle, Standing
from tests.issuers.records_reserves import by_another, made_by

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


#: Whoever noted, or proposed, something does not decide on it; whoever proposed a deletion may take it back.
NOTED = {
    "somebody noted": Standing(),
    "dee noted": Standing(by="dee", others=frozenset({"report", "decide_against"}), states=frozenset({"noted"})),
}
DISPOSED = {"somebody proposed": Standing(), "dee proposed": by_another("delete", "dee", "proposed")}
SET = {"somebody proposed": Standing(), "dee proposed": by_another("approve", "dee", "proposed")}


def suspicion(issuer: Issuer, status: str, move: str = "", standing: str = "somebody noted") -> Suspicion:
    return Suspicion.objects.create(reference=next_reference("SUS"), owner=issuer.organisation, status=status,
                                    grounds="Circles", noted_by=made_by(NOTED[standing]))


def disposal(issuer: Issuer, status: str, move: str = "", standing: str = "somebody proposed") -> Disposal:
    return Disposal.objects.create(reference=next_reference("DSP"), kind="transfer", before=clock.today(), row_count=0,
                                   cite="AML 9.3-9.9", digest="0" * 64, status=status,
                                   proposed_by=made_by(DISPOSED[standing]))


def parameter(issuer: Issuer, status: str, move: str = "", standing: str = "somebody proposed") -> DetectorParameter:
    return DetectorParameter.objects.create(name="peel_steps", value=3, valid_from=clock.today(), source="Study",
                                            status=status, proposed_by=made_by(SET[standing]))


LIFECYCLES = {
    "Alert": Lifecycle(alert, of_issuer=False, standings=DECIDED),
    "DetectorParameter": Lifecycle(parameter, of_issuer=False, standings=SET),
    "Disposal": Lifecycle(disposal, of_issuer=False, standings=DISPOSED),
    "Suspicion": Lifecycle(suspicion, of_issuer=False, standings=NOTED),
}
