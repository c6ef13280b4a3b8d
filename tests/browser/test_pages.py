"""Every page as people see it, wide and narrow: searched for barriers, and with ``SHOTS=1`` photographed."""

from __future__ import annotations

import pytest

from tests.browser.conftest import NARROW, WIDE, Site, photograph
from tests.browser.world import FRIDAY, LAST

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("db")]

# name: (who looks, address; {…} is filled in from the world)
PAGES = {
    "sign-in": (None, "/en/accounts/login/"),
    "register": (None, "/en/"),
    "register-found": (None, "/en/?q=LRHKD"),
    "register-not-found": (None, "/en/?q=Moonbeam+Dollar"),
    "register-entry": (None, "/en/register/FRS01/"),
    "register-warned": (None, "/en/?q=LRHKO"),
    "register-part-of-name": (None, "/en/?q=lion+rock"),
    "register-as-at": (None, "/en/?as_at=2026-11-23&q=LRHKD"),
    "register-bad-day": (None, "/en/?as_at=yesterday"),
    "register-entry-as-at": (None, "/en/register/FRS01/?as_at=2026-11-23"),
    "warnings": (None, "/en/warnings/"),
    "warning": (None, "/en/warnings/{warned}/"),
    "officer-register": ("bo", "/en/officer/register/"),
    "officer-register-entry": ("cy", "/en/officer/register/FRS01/"),
    "officer-warnings": ("bo", "/en/officer/warnings/"),
    "officer-warning": ("ben", "/en/officer/warnings/{drafted}/"),
    "officer-warning-new": ("bo", "/en/officer/warnings/new/"),
    "register-entry-zh-hant": (None, "/zh-hant/register/FRS01/"),
    "register-warned-zh-hant": (None, "/zh-hant/?q=LRHKO"),
    "warnings-zh-hant": (None, "/zh-hant/warnings/"),
    "api-reference": (None, "/api/v1/"),
    "officer-home": ("bo", "/en/officer/"),
    "officer-queues": ("bo", "/en/officer/cases/"),
    "officer-queue-empty": ("bo", "/en/officer/cases/?view=mine"),
    "officer-breach": ("bo", "/en/officer/cases/{breach}/"),
    "officer-late-file": ("bo", "/en/officer/cases/{late}/"),
    "officer-reserves": ("bo", "/en/officer/reserves/"),
    "officer-day-breached": ("bo", f"/en/officer/coins/LRHKD/days/{LAST}/"),
    "officer-valuation": ("bo", f"/en/officer/coins/LRHKD/days/{LAST}/valuation/"),
    "officer-limits": ("bo", "/en/officer/coins/LRHKD/limits/"),
    "officer-terms": ("bo", "/en/officer/reference/terms/"),
    "officer-day-other-rule": ("bo", f"/en/officer/coins/TWHK/days/{LAST}/"),
    "officer-day-not-judged": ("bo", f"/en/officer/coins/OCHKD/days/{LAST}/"),
    "officer-day-incomplete": ("bo", f"/en/officer/coins/OCHKD/days/{FRIDAY}/"),
    "officer-day-what-if": ("bo", f"/en/officer/coins/LRHKD/days/{LAST}/?law_on=2025-08-01"),
    "officer-chain": ("bo", "/en/officer/coins/LRHKD/chain/"),
    "officer-chain-none": ("bo", "/en/officer/coins/TWHK/chain/?events=keys"),
    "officer-wallets": ("bo", "/en/officer/reference/wallets/"),
    "officer-redemptions": ("bo", "/en/officer/coins/LRHKD/redemptions/"),
    "portal-redemptions-zh-hant": ("ann", "/zh-hant/portal/coins/LRHKD/redemptions/"),
    "officer-file-refused": ("bo", "/en/officer/files/{refused}/"),
    "officer-quarantine-empty": ("bo", "/en/officer/quarantine/"),
    "officer-files-sent": ("bo", "/en/officer/coins/LRHKD/files/"),
    "officer-feed-schedule": ("bo", "/en/officer/coins/LRHKD/schedule/"),
    "officer-feed-senders": ("bo", "/en/officer/coins/LRHKD/senders/"),
    "officer-reports": ("bo", "/en/officer/reports/"),
    "officer-rules": ("bo", "/en/officer/rules/"),
    "officer-calendar": ("bo", "/en/officer/calendar/"),
    "officer-mail": ("cy", "/en/officer/mail/"),
    "officer-alerts": ("dee", "/en/officer/alerts/"),
    "officer-alerts-decided": ("cy", "/en/officer/alerts/?view=decided"),
    "officer-alert": ("dee", "/en/officer/alerts/{alert}/"),
    "officer-alert-cleared": ("dan", "/en/officer/alerts/{cleared}/"),
    "officer-alert-zh-hant": ("dee", "/zh-hant/officer/alerts/{alert}/"),
    "officer-alert-wallet": ("dee", "/en/officer/alerts/{exposed}/"),
    "officer-aml-wallet": ("dee", "/en/officer/aml/wallets/{wallet}/"),
    "officer-lists": ("dee", "/en/officer/aml/lists/"),
    "officer-aml-returns": ("dee", "/en/officer/aml/returns/"),
    "officer-retention": ("dee", "/en/officer/aml/retention/"),
    "portal-aml-returns": ("ann", "/en/portal/aml-returns/"),
    "officer-remembered": ("dee", "/en/officer/alerts/decisions/"),
    "officer-subjects": ("dee", "/en/officer/subjects/"),
    "officer-subject": ("dee", "/en/officer/subjects/{subject}/"),
    "officer-screening": ("cy", "/en/officer/screenings/{screening}/"),
    "officer-screening-runs": ("cy", "/en/officer/screenings/"),
    "officer-schedules": ("bo", "/en/officer/schedules/"),
    "officer-schedule": ("bo", "/en/officer/schedules/monthly_supervision/"),
    "officer-occasion": ("bo", "/en/officer/schedules/monthly_supervision/{occasion}/"),
    "officer-recipients": ("bo", "/en/officer/schedules/recipients/"),
    "officer-subscriptions": ("ops", "/en/officer/schedules/mine/"),
    "portal-home": ("ann", "/en/portal/"),
    "portal-inbox": ("ann", "/en/portal/inbox/"),
    "portal-day": ("ann", f"/en/portal/coins/LRHKD/days/{LAST}/"),
    "portal-day-met": ("ann", f"/en/portal/coins/LRHKD/days/{FRIDAY}/"),
    "portal-chain": ("ann", "/en/portal/coins/LRHKD/chain/"),
    "portal-valuation": ("ann", f"/en/portal/coins/LRHKD/days/{LAST}/valuation/"),
    "portal-limits": ("ann", "/en/portal/coins/LRHKD/limits/"),
    "portal-upload": ("ann", "/en/portal/coins/LRHKD/upload/"),
    "portal-upload-refused": ("ann", "/en/portal/coins/LRHKD/upload/?sent={refused}"),
    "portal-files-sent": ("ann", "/en/portal/coins/LRHKD/files/"),
    "portal-receipt": ("ann", "/en/portal/files/{accepted}/"),
    "portal-breach": ("ann", "/en/portal/cases/{breach}/"),
    "portal-reports": ("ann", "/en/portal/reports/"),
    "portal-application-sign": ("ivy", "/en/portal/applications/{unsigned}/sign/"),
    "portal-application-status": ("kim", "/en/portal/applications/{application}/status/"),
    "portal-request": ("kim", "/en/portal/applications/{application}/requests/{asked}/"),
    "portal-access": ("ivy", "/en/portal/people/"),
    "portal-persons": ("kim", "/en/portal/applications/{application}/people/"),
    "portal-ownership": ("kim", "/en/portal/applications/{application}/ownership/"),
    "portal-person-form": ("kim", "/en/portal/people/{person}/form/"),
    "portal-document": ("kim", "/en/portal/documents/{paper}/"),
    "portal-licence": ("ann", "/en/portal/licence/"),
    "portal-proposal": ("ann", "/en/portal/proposals/{heard}/"),
    "portal-duties": ("ann", "/en/portal/duties/"),
    "portal-notify": ("ann", "/en/portal/notify/"),
    "portal-notify-event": ("ann", "/en/portal/notify/change_of_address/"),
    "portal-notice": ("ann", "/en/portal/notices/{draft}/"),
    "portal-consents": ("ann", "/en/portal/consents/"),
    "portal-consent": ("ann", "/en/portal/consents/{consent}/"),
    "portal-complaints": ("ann", "/en/portal/complaints/"),
    "officer-applications": ("bo", "/en/officer/applications/"),
    "officer-applications-table": ("bo", "/en/officer/applications/?show=table"),
    "officer-application": ("bo", "/en/officer/applications/{application}/"),
    "officer-assessment": ("bo", "/en/officer/applications/{application}/assessment/"),
    "officer-criterion": ("bo", "/en/officer/applications/{application}/assessment/s5/"),
    "officer-application-persons": ("ben", "/en/officer/applications/{application}/persons/"),
    "officer-application-requests": ("bo", "/en/officer/applications/{application}/requests/"),
    "officer-request": ("bo", "/en/officer/applications/{application}/requests/{asked}/"),
    "officer-application-record": ("bo", "/en/officer/applications/{application}/record/"),
    "officer-decision": ("bo", "/en/officer/applications/{application}/decision/"),
    "officer-recommend": ("bo", "/en/officer/applications/{application}/recommend/"),
    "officer-decide": ("cy", "/en/officer/applications/{ready}/decide/"),
    "officer-persons": ("dee", "/en/officer/applications/{application}/people/"),
    "officer-ownership": ("bo", "/en/officer/applications/{application}/ownership/"),
    "officer-person": ("dee", "/en/officer/people/{person}/"),
    "officer-document": ("bo", "/en/officer/documents/{paper}/"),
    "officer-licences": ("bo", "/en/officer/licences/"),
    "officer-licence": ("bo", "/en/officer/licences/FRS01/"),
    "officer-propose": ("bo", "/en/officer/licences/FRS01/propose/"),
    "officer-propose-condition": ("bo", "/en/officer/licences/FRS01/propose/new_condition/"),
    "officer-proposal": ("cy", "/en/officer/proposals/{heard}/"),
    "officer-proposal-decide": ("cy", "/en/officer/proposals/{urgent}/decide/"),
    "officer-approvals": ("cy", "/en/officer/approvals/"),
    "officer-workload": ("cy", "/en/officer/workload/"),
    "officer-duties": ("bo", "/en/officer/duties/"),
    "officer-issuer-duties": ("bo", "/en/officer/duties/{lion}/"),
    "officer-notice": ("bo", "/en/officer/notices/{given}/"),
    "officer-consent": ("cy", "/en/officer/consents/{consent}/"),
    "officer-complaints": ("bo", "/en/officer/complaints/"),
    "portal-request-zh-hant": ("kim", "/zh-hant/portal/applications/{application}/requests/{asked}/"),
    "portal-duties-zh-hans": ("ann", "/zh-hans/portal/duties/"),
    "portal-persons-zh-hans": ("kim", "/zh-hans/portal/applications/{application}/people/"),
    "officer-application-zh-hant": ("bo", "/zh-hant/officer/applications/{application}/"),
    "officer-decide-zh-hant": ("cy", "/zh-hant/officer/applications/{ready}/decide/"),
    "officer-licence-zh-hans": ("bo", "/zh-hans/officer/licences/FRS01/"),
    "register-zh-hant": (None, "/zh-hant/"),
    "officer-home-zh-hant": ("bo", "/zh-hant/officer/"),
    "officer-day-zh-hant": ("bo", f"/zh-hant/officer/coins/LRHKD/days/{LAST}/"),
    "portal-upload-refused-zh-hans": ("ann", "/zh-hans/portal/coins/LRHKD/upload/?sent={refused}"),
    "not-found": ("ann", "/en/portal/coins/TWHK/"),
    "not-permitted": ("eli", "/en/portal/coins/LRHKD/upload/"),
}
ANSWERS = {"register-bad-day": 422, "not-found": 404, "not-permitted": 403, "officer-day-not-judged": 200}
#: Pages that only open to who has just shown that it is them.
CONFIRMED = {"officer-proposal-decide"}
#: What is folded away is read too; menus of the frame lie over the page when open.
UNFOLD = "document.querySelectorAll('main details').forEach((each) => { each.open = true; })"
#: The page hears of a new width, and of what was unfolded, with the next picture that it draws.
DRAWN = "new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
#: What axe would load beforehand, style sheets and sound, no rule of those that it runs on our pages looks at.
AXE = """async () => (await axe.run(document, {resultTypes: ['violations'], preload: false})).violations.flatMap((violation) =>
  violation.nodes.map((node) => `${violation.id}: ${node.target} ${node.failureSummary}`))"""


@pytest.fixture(scope="module")
def reader_of(server, world, browser):
    """``reader_of(person, confirmed)`` is one window for all that the person looks at.

    A window of its own for each page costs more than all that is asked of the page.
    """
    site, windows = Site(server, world, browser), {}

    def reader(person, confirmed):
        if (person, confirmed) not in windows:
            windows[person, confirmed] = site.page_for(person, viewport=WIDE, confirmed=confirmed)
        return windows[person, confirmed]

    yield reader
    for context in site.open_contexts:
        context.close()


@pytest.mark.parametrize("name", PAGES)
def test_page_shows_wide_and_narrow_without_barrier_or_complaint(reader_of, world, name, axe_source, complaints_of):
    person, address = PAGES[name]
    page = reader_of(person, name in CONFIRMED)
    page.complaints.clear()
    page.set_viewport_size(WIDE)
    answer = page.goto(_filled(address, world))
    assert answer.status == ANSWERS.get(name, 200)
    barriers, wider = [], []
    for viewport in (WIDE, NARROW):
        width = viewport["width"]
        page.set_viewport_size(viewport)
        page.evaluate("document.fonts.ready")
        page.evaluate(DRAWN)
        photograph(page, f"{name}-{width}")
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wider.append(width)
    complaints = complaints_of(page)  # axe may ask for what a page must not: its own steps are no complaint
    page.evaluate(axe_source)
    for viewport in (NARROW, WIDE):
        page.set_viewport_size(viewport)
        page.evaluate(UNFOLD)
        page.evaluate(DRAWN)
        barriers += [f"{viewport['width']}: {found}" for found in page.evaluate(AXE)]
    expected = [f"status of {answer.status}"] if answer.status >= 400 else []
    assert [text for text in complaints if not any(each in text for each in expected)] == []
    assert barriers == []
    assert wider == []


def _filled(address: str, world) -> str:
    breach = world.breach_of_backing("LRHKD") if "{breach}" in address else None
    return address.format(
        breach=breach and breach.reference,
        late="{late}" in address and world.late("OCHKD").reference,
        refused=world.refused.pk,
        warned=world.warned.reference,
        drafted=world.drafted.reference,
        **world.licensing, **world.aml, **world.schedules,
        accepted="{accepted}" in address and world.accepted("LRHKD", "holdings", FRIDAY).pk,
    )
