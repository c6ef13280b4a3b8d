"""Mail: three templates per notice that use exactly its fields, in every language, without figures or attachments."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from importlib import import_module
from importlib.util import find_spec

import pytest
from django.apps import apps
from django.conf import settings
from django.template import engines
from django.template.loader import get_template
from django.utils import translation
from django.utils.translation import gettext_lazy

from core.correspondence import MessageWaits
from core.invitations import InvitationWaits, Invited
from core.mail_notices import CertificateEnding
from core.models import Organisation
from core.outbox import NOTICES
from core.unsubscribing import PLACEHOLDER
from issuers.notices.contacts import ContactReceived
from reports.notices import (
    BreachOpened,
    DailyReportReady,
    DocumentReady,
    DueItem,
    FeedLate,
    MorningDigest,
    NewReport,
    NewReports,
    ReportReady,
)
from reserves.notices import AttestationAnswered, AttestationReported, FilingReturned
from tests.issuers.notices_assessment import SAMPLES as ASSESSMENT
from tests.issuers.notices_filing import SAMPLES as FILING

for app in apps.get_app_configs():
    if app.name in ("core", "issuers", "reserves", "aml", "reports") and find_spec(f"{app.name}.notices"):
        import_module(f"{app.name}.notices")

LION_ROCK = Organisation(name_en="Lion Rock Digital Limited", name_zh_hans="狮子山数码有限公司")
#: The mail whose one link is not that to the home page.
PAGES = {"core/invited": "invitation/s3cr3t/"}
DUE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SAMPLES = {
    sample.template: sample
    for sample in (
        DailyReportReady(reference="DRA-FRS01-LRHKD-20261122-1", coin="LRHKD", as_of=date(2026, 11, 22), version=1),
        DocumentReady(
            reference="FRS01-CERT-1", title=gettext_lazy("Licence certificate"), subject="FRS01", version=1
        ),
        BreachOpened(case="BRC-2026-0007", subject="LRHKD", as_of=date(2026, 11, 22), due_at=DUE),
        FeedLate(case="LATE-2026-0003", coin="LRHKD", feed=gettext_lazy("Token supply"), as_of=date(2026, 11, 22)),
        MorningDigest(
            day=date(2026, 11, 23), total=3, overdue=1, today=1, more=1,
            items=(
                DueItem(case="BRC-2026-0007", title=gettext_lazy("Breach"), subject="LRHKD", due_at=DUE),
                DueItem(case="LATE-2026-0003", title="Late <file>", subject="A & B", due_at=DUE),
            ),
            reports=(NewReport(gettext_lazy("Daily reserve audit report"), "LRHKD", date(2026, 11, 20),
                               "DRA-FRS01-LRHKD-20261120-1"),), more_reports=2,
        ),
        NewReports(
            more=2,
            reports=(NewReport(gettext_lazy("Daily reserve audit report"), "LRHKD", date(2026, 11, 20),
                               "DRA-FRS01-LRHKD-20261120-1"),),
        ),
        Invited(name="Nia Wong", organisation=LION_ROCK, secret="s3cr3t", expires_at=DUE),
        InvitationWaits(name="Nia Wong", organisation=LION_ROCK, invited_by="Amy Poon"),
        ContactReceived(reference="CON-2026-0004", answer_days=5),
        AttestationReported(reference="ATT-2026-0005", coin="LRHKD"),
        AttestationAnswered(reference="ATT-2026-0005", coin="LRHKD", queried=True),
        FilingReturned("BRK-2026-0006", title=gettext_lazy("Explanation of break"), coin="LRHKD"),
        CertificateEnding(ends_on=date(2026, 12, 17)),
        MessageWaits("BRC-2026-0007", gettext_lazy("Breach"), "portal", date(2026, 11, 30)),
        ReportReady(reference="MSR-FRS01-202610-1", title=gettext_lazy("Monthly supervisory report"),
                    subject="lion-rock-digital-limited", as_of=date(2026, 10, 31), version=1),
        *ASSESSMENT,
        *FILING,
    )
}
FORMS = ("subject.txt", "txt", "html")
LANGUAGES = [code for code, _name in settings.LANGUAGES]


@pytest.fixture(params=sorted(NOTICES))
def notice(request):
    return SAMPLES[request.param]


def sources(notice) -> dict[str, str]:
    return {form: get_template(f"email/{notice.template}.{form}").template.source for form in FORMS}


def test_every_notice_has_a_sample_here():
    assert sorted(SAMPLES) == sorted(NOTICES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notice_needs_nothing_but_its_fields(notice, language, monkeypatch):
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "MISSING %s")
    subject, text, html = notice.render(language)
    for part in (subject, text, html):
        assert "MISSING" not in part
    assert subject
    assert "\n" not in subject
    assert text.strip()


def test_every_field_of_a_notice_is_used(notice):
    together = " ".join(re.findall(r"{[{%].*?[%}]}", " ".join(sources(notice).values())))
    assert [field.name for field in fields(notice) if not re.search(rf"\b{field.name}\b", together)] == []


def test_mail_has_one_link_and_the_way_out_of_what_is_optional_but_no_image_and_no_script(notice):
    _subject, text, html = notice.render("zh-hans")
    links = [f"{settings.SITE_URL}/zh-hans/{PAGES.get(notice.template, '')}", *([PLACEHOLDER] if notice.optional else [])]
    assert re.findall(r'href="([^"]*)"', html) == links
    assert re.findall(r"https?://\S+", text) == links
    for element in ("<img", "<script", "<link", "<style", "url("):
        assert element not in html


def test_mail_warns_of_phishing(notice):
    _subject, text, html = notice.render("en")
    for part in (text, html):
        assert "We never ask for passwords by e-mail and never attach files." in part


def test_mail_that_carries_a_file_says_what_files_are(notice):
    _subject, text, html = notice.render("en", attached=True)
    for part in (text, html):
        assert "never attach files" not in part
        assert "A file comes only to officers of the authority" in part


def test_mail_ends_with_its_heading_in_the_other_language():
    notice = SAMPLES["reports/daily_report_ready"]
    other = {"en": "zh-hant", "zh-hant": "en", "zh-hans": "en"}
    for language, another in other.items():
        _subject, text, html = notice.render(language)
        heading = notice.render(another)[0]
        assert text.rstrip().endswith(heading)
        assert f">{heading}</p>" in html


def test_what_people_wrote_is_escaped_in_html_and_plain_in_text():
    _subject, text, html = SAMPLES["reports/morning_digest"].render("en")
    assert "Late <file> LATE-2026-0003, A & B" in text
    assert "Late &lt;file&gt;" in html
    assert "A &amp; B" in html


def test_the_subject_of_the_digest_says_count_and_deadline():
    assert SAMPLES["reports/morning_digest"].render("en")[0] == "3 items due this week, 1 today, 1 overdue"
    single = MorningDigest(day=date(2026, 11, 23), total=1, overdue=0, today=1, more=0, items=())
    assert single.render("en")[0] == "1 item due this week, 1 today"


def test_the_subject_of_a_breach_says_until_when():
    assert SAMPLES["reports/breach_opened"].render("en")[0] == "Breach case BRC-2026-0007 opened, due Mon 23 Nov 17:00"


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_html_is_whole(notice):
    for language in LANGUAGES:
        assert Tags(notice.render(language)[2]).open == []


def test_rendering_leaves_the_language_as_it_was(notice):
    with translation.override("zh-hant"):
        notice.render("en")
        assert translation.get_language() == "zh-hant"
