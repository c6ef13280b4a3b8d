"""Who may do what: every permission and every role of the platform, in one readable table."""

from __future__ import annotations

from enum import StrEnum


class Can(StrEnum):
    """One member per thing that a person or a key may be allowed to do."""

    # Reading
    VIEW_RESERVES = "reserves.view"
    VIEW_REPORTS = "reports.view"
    VIEW_CASES = "cases.view"
    VIEW_OUTBOX = "outbox.view"
    # Filing
    SEND_FEEDS = "feeds.send"
    NOTIFY_BREACH = "breach.notify"
    ANSWER_BREACH = "breach.answer"
    # Supervision
    RUN_DAY = "reserves.run"
    WORK_CASES = "cases.work"
    CLOSE_BREACH = "breach.close"
    REGISTER_ISSUERS = "issuers.register"
    ENTER_CLOSURE = "calendar.enter"
    PROPOSE_REFERENCE = "reference.propose"
    APPROVE_REFERENCE = "reference.approve"
    RENDER_REPORTS = "reports.render"
    # Administration
    MANAGE_KEYS = "keys.manage"
    # The platform's own workers
    OPERATE = "platform.operate"


class Role(StrEnum):
    """The part a person plays in one organisation."""

    COMPLIANCE_OFFICER = "compliance_officer"
    ISSUER_ADMINISTRATOR = "issuer_administrator"
    AUDITOR = "auditor"
    CASE_OFFICER = "case_officer"
    HEAD_OF_LICENSING = "head_of_licensing"
    AML_ANALYST = "aml_analyst"
    OPERATIONS = "operations"
    FEED_SENDER = "feed_sender"


READ = {Can.VIEW_RESERVES, Can.VIEW_REPORTS, Can.VIEW_CASES}
ISSUER = READ | {Can.SEND_FEEDS, Can.NOTIFY_BREACH, Can.ANSWER_BREACH}
AUTHORITY = READ | {Can.VIEW_OUTBOX}
OFFICER = AUTHORITY | {Can.RUN_DAY, Can.WORK_CASES, Can.ENTER_CLOSURE, Can.PROPOSE_REFERENCE, Can.RENDER_REPORTS}

ROLES: dict[Role, frozenset[Can]] = {
    Role.COMPLIANCE_OFFICER: frozenset(ISSUER),
    Role.ISSUER_ADMINISTRATOR: frozenset(ISSUER | {Can.MANAGE_KEYS}),
    Role.AUDITOR: frozenset({Can.VIEW_RESERVES, Can.VIEW_REPORTS}),
    Role.CASE_OFFICER: frozenset(OFFICER | {Can.APPROVE_REFERENCE, Can.CLOSE_BREACH}),
    Role.HEAD_OF_LICENSING: frozenset(
        OFFICER | {Can.APPROVE_REFERENCE, Can.CLOSE_BREACH, Can.REGISTER_ISSUERS}
    ),
    Role.AML_ANALYST: frozenset(AUTHORITY),
    Role.OPERATIONS: frozenset(AUTHORITY | {Can.RUN_DAY, Can.ENTER_CLOSURE}),
    Role.FEED_SENDER: frozenset({Can.SEND_FEEDS, Can.VIEW_RESERVES, Can.VIEW_REPORTS}),
}
