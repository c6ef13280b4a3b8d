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
    VIEW_APPLICATION = "application.view"
    VIEW_LICENCE = "licence.view"
    # Filing
    SEND_FEEDS = "feeds.send"
    NOTIFY_BREACH = "breach.notify"
    STATE_LIMITS = "limits.state"
    ANSWER_BREACH = "breach.answer"
    EXPLAIN_BREAK = "break.explain"
    EDIT_APPLICATION = "application.edit"
    SIGN_APPLICATION = "application.sign"
    REPRESENT = "licence.represent"
    FILE_NOTICE = "notice.file"
    ENGAGE_AUDITOR = "attestation.engage"
    ATTEST = "attestation.attest"
    # Licensing
    INVITE_APPLICANT = "applicants.invite"
    REVIEW_APPLICATION = "application.review"
    DECIDE_APPLICATION = "application.decide"
    PROPOSE_LICENCE_ACTION = "licence.propose"
    DECIDE_LICENCE_ACTION = "licence.decide"
    RECORD_FEE = "fee.record"
    REVIEW_NOTICE = "notice.review"
    DECIDE_CONSENT = "consent.decide"
    PROPOSE_WARNING = "warning.propose"
    PUBLISH_WARNING = "warning.publish"
    RECORD_CLEARANCE = "clearance.record"
    # Screening and transfers
    VIEW_ALERTS = "alerts.view"
    WORK_ALERTS = "alerts.work"
    LOAD_WATCHLISTS = "watchlists.load"
    FILE_AML_RETURN = "aml_return.file"
    DISPOSE_RECORDS = "records.dispose"
    # Supervision
    RUN_DAY = "reserves.run"
    DECIDE_QUARANTINE = "feeds.decide"
    WORK_CASES = "cases.work"
    WRITE_MESSAGES = "cases.write"
    CLOSE_BREACH = "breach.close"
    ACCEPT_BREAK = "break.accept"
    REGISTER_ISSUERS = "issuers.register"
    ENTER_CLOSURE = "calendar.enter"
    PROPOSE_REFERENCE = "reference.propose"
    APPROVE_REFERENCE = "reference.approve"
    RENDER_REPORTS = "reports.render"
    APPROVE_REPORTS = "reports.approve"
    SCHEDULE_REPORTS = "reports.schedule"
    # Administration
    MANAGE_KEYS = "keys.manage"
    MANAGE_SENDERS = "senders.manage"
    MANAGE_PEOPLE = "people.manage"
    WORK_MAIL = "mail.work"
    # The platform's own workers
    OPERATE = "platform.operate"


class Role(StrEnum):
    """The part a person plays in one organisation."""

    COMPLIANCE_OFFICER = "compliance_officer"
    ISSUER_ADMINISTRATOR = "issuer_administrator"
    AUTHORISED_SIGNATORY = "authorised_signatory"
    AUDITOR = "auditor"
    CASE_OFFICER = "case_officer"
    HEAD_OF_LICENSING = "head_of_licensing"
    AML_ANALYST = "aml_analyst"
    OPERATIONS = "operations"
    FEED_SENDER = "feed_sender"


READ = {Can.VIEW_RESERVES, Can.VIEW_REPORTS, Can.VIEW_CASES, Can.VIEW_APPLICATION, Can.VIEW_LICENCE}
ISSUER = READ | {
    Can.SEND_FEEDS, Can.NOTIFY_BREACH, Can.ANSWER_BREACH, Can.EDIT_APPLICATION, Can.REPRESENT, Can.FILE_NOTICE,
    Can.EXPLAIN_BREAK, Can.STATE_LIMITS, Can.FILE_AML_RETURN, Can.WRITE_MESSAGES,
}
AUTHORITY = READ | {Can.VIEW_OUTBOX}
OFFICER = AUTHORITY | {
    Can.RUN_DAY, Can.WORK_CASES, Can.ENTER_CLOSURE, Can.PROPOSE_REFERENCE, Can.RENDER_REPORTS, Can.INVITE_APPLICANT,
    Can.REVIEW_APPLICATION, Can.PROPOSE_LICENCE_ACTION, Can.RECORD_FEE, Can.REVIEW_NOTICE, Can.PROPOSE_WARNING,
    Can.APPROVE_REFERENCE, Can.CLOSE_BREACH, Can.PUBLISH_WARNING, Can.ACCEPT_BREAK, Can.ENGAGE_AUDITOR,
    Can.DECIDE_QUARANTINE, Can.MANAGE_SENDERS, Can.APPROVE_REPORTS, Can.SCHEDULE_REPORTS, Can.WORK_MAIL,
    Can.WRITE_MESSAGES,
}

ROLES: dict[Role, frozenset[Can]] = {
    Role.COMPLIANCE_OFFICER: frozenset(ISSUER),
    Role.ISSUER_ADMINISTRATOR: frozenset(
        ISSUER | {Can.MANAGE_KEYS, Can.MANAGE_PEOPLE, Can.SIGN_APPLICATION, Can.ENGAGE_AUDITOR}
    ),
    Role.AUTHORISED_SIGNATORY: frozenset(READ | {Can.SIGN_APPLICATION, Can.REPRESENT}),
    Role.AUDITOR: frozenset({Can.VIEW_RESERVES, Can.VIEW_REPORTS, Can.ATTEST}),
    Role.CASE_OFFICER: frozenset(OFFICER),
    Role.HEAD_OF_LICENSING: frozenset(
        OFFICER
        | {Can.REGISTER_ISSUERS, Can.DECIDE_APPLICATION, Can.DECIDE_LICENCE_ACTION, Can.DECIDE_CONSENT,
           Can.MANAGE_PEOPLE, Can.VIEW_ALERTS, Can.DISPOSE_RECORDS}
    ),
    Role.AML_ANALYST: frozenset(
        AUTHORITY
        | {Can.RECORD_CLEARANCE, Can.VIEW_ALERTS, Can.WORK_ALERTS, Can.LOAD_WATCHLISTS, Can.DISPOSE_RECORDS}
    ),
    Role.OPERATIONS: frozenset(AUTHORITY | {Can.RUN_DAY, Can.ENTER_CLOSURE, Can.WORK_MAIL}),
    Role.FEED_SENDER: frozenset({Can.SEND_FEEDS, Can.EXPLAIN_BREAK, Can.VIEW_RESERVES, Can.VIEW_REPORTS}),
}
