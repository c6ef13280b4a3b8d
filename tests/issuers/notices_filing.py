"""One sample of every mail about filings, licences and duties, with what it is filled in with."""

from __future__ import annotations

from datetime import UTC, date, datetime

from core.models import Organisation
from issuers.notices.applications import (
    ApplicationNotSigned,
    ApplicationNotSubmitted,
    ApplicationPrepared,
    ApplicationReceived,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    RequestAnswered,
)
from issuers.notices.duties import (
    BreachAnswerDue,
    ConsentDecided,
    ConsentNotSubmitted,
    Due,
    DutiesDue,
    EventNoticeAnswered,
    ObligationOverdue,
)
from issuers.notices.licences import (
    ActionDecided,
    ActionDropped,
    ActionIntended,
    FeeInvoiced,
    FeeOverdue,
    LicenceChanged,
    RepresentationsDue,
    RepresentationsReceived,
)

HARBOUR = Organisation(name_en="Harbour & Co Limited", name_zh_hant="海港有限公司", name_zh_hans="海港有限公司")
DUE = datetime(2026, 12, 17, 15, 59, 59, tzinfo=UTC)
APPLICATION, PROPOSAL, LICENCE, INVOICE = "APP-2026-0007", "PRO-2026-0008", "FRS07", "INV-FRS07-2026"
SAMPLES = (
    ApplicationPrepared(APPLICATION, prepared_by="Pia Ma"),
    ApplicationSubmitted(
        APPLICATION, number=1, prepared_by="Pia Ma", signed_by="Sol Yu", submitted_at=DUE, digest="9f" * 32
    ),
    ApplicationReceived(APPLICATION, number=1, issuer=HARBOUR),
    ApplicationWithdrawn(APPLICATION, issuer=HARBOUR),
    RequestAnswered(APPLICATION, number=2, issuer=HARBOUR),
    ActionIntended(PROPOSAL, LICENCE, power="Suspension", representations_until=DUE),
    ActionDecided(PROPOSAL, LICENCE, power="Suspension", takes_effect_on=date(2026, 12, 18), tribunal_until=DUE),
    ActionDropped(PROPOSAL, LICENCE, power="Suspension"),
    RepresentationsReceived(PROPOSAL, LICENCE),
    RepresentationsDue(PROPOSAL, LICENCE, until=DUE),
    BreachAnswerDue("BRC-2026-0007", subject="LRHKD", due_at=DUE),
    LicenceChanged(LICENCE, state="Suspended", since=date(2026, 12, 18)),
    FeeInvoiced(INVOICE, LICENCE, due_at=DUE),
    FeeOverdue(INVOICE, LICENCE, due_at=DUE),
    DutiesDue((
        Due("Stress test of the quarter", DUE, cite="SUP 6.4.7"),
        Due("Change of address or e-mail", DUE, reference="NOT-2026-0003"),
    )),
    ConsentNotSubmitted("CON-2026-0005", changed_at=DUE),
    ApplicationNotSubmitted("APP-2026-0007", changed_at=DUE),
    ApplicationNotSigned("APP-2026-0007", prepared_by="Ann Lau", prepared_at=DUE),
    EventNoticeAnswered("NOT-2026-0003", title="Change of address or e-mail", returned=True),
    ConsentDecided("CSN-2026-0004", outcome="granted"),
    ObligationOverdue("DUT-2026-0005", title="Stress test", due_at=DUE),
)
