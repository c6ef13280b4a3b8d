"""Three languages: every sentence says the same things in each, and pages and refusals really speak them."""

import re
import shutil
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation

from core import audit
from core.models import AuditEvent
from core.rulebook.facts import FACTS, Kind, Scope
from reports.builders import labels
from reserves.causes import Cause

ROOT = Path(__file__).resolve().parents[2]
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sdf]|\{\{? ?[a-z_.]+ ?\}?\}")


def catalog(language: str):
    with (ROOT / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file)


@pytest.mark.parametrize("language", ["zh_Hant", "zh_Hans"])
def test_a_translation_fills_in_what_the_sentence_fills_in(language):
    differing = []
    for message in catalog(language):
        plural = isinstance(message.id, tuple)
        said = message.string[0] if plural else message.string
        # The one Chinese form stands for the English plural, whose singular may say "one" without a number.
        wanted = Counter(PLACEHOLDER.findall(message.id[1] if plural else message.id))
        if message.id and set(wanted) != set(PLACEHOLDER.findall(said)):
            differing.append(message.id)
    assert differing == []


@pytest.mark.parametrize("language", ["zh_Hant", "zh_Hans"])
def test_no_sentence_is_kept_that_nothing_says_any_more(language):
    assert not catalog(language).obsolete


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="xgettext, which collects the sentences, is not installed")
def test_the_catalogues_hold_what_the_platform_says_and_nothing_else(settings, tmp_path, monkeypatch):
    for package in ("config", "core", "issuers", "reserves", "aml", "reports", "templates"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("static", "__pycache__"))
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    monkeypatch.chdir(tmp_path)
    call_command("makemessages", locale=["zh_Hant"], verbosity=0)
    with (tmp_path / "locale" / "zh_Hant" / "LC_MESSAGES" / "django.po").open("rb") as file:
        # Read as English, whose two forms the fresh, untranslated catalogue still has.
        said = {(message.context, message.id) for message in read_po(file, locale="en") if message.id}
    assert len(said) > 900
    for language in ("zh_Hant", "zh_Hans"):
        kept = {(message.context, message.id) for message in catalog(language) if message.id}
        assert (kept - said, said - kept) == (set(), set())


def test_every_code_that_a_report_prints_has_words():
    lines = {name for name, fact in FACTS.items() if {Scope.HOLDING, Scope.REDEMPTION} & fact.scopes}
    assert set(labels.LINE_FACTS) == lines
    assert {name: set(fact.choices) for name, fact in FACTS.items() if fact.kind is Kind.CHOICE} == {
        name: set(words) for name, words in labels.CHOICES.items()
    }
    assert set(labels.BREAK_CAUSES) == set(Cause)
    counted = {fact.unit for fact in FACTS.values()} - {"", "coin currency", "HKD", "ISO 4217", "1 = 100 %"}
    assert set(labels.UNITS) == counted


@pytest.mark.parametrize(
    ("builder", "title"),
    [
        ("application", "Application for a licence"),
        ("attestation_comparison", "Attestation beside the daily figures"),
        ("breach_dossier_page", "Breach dossier"),
        ("committee_pack", "Papers for the advisory committee"),
        ("fee_invoice", "Licence fee invoice"),
        ("inspection_pack", "Inspection evidence pack"),
        ("licence_certificate", "Licence certificate"),
        ("monthly_printed", "Monthly supervisory report"),
        ("quarterly_printed", "Quarterly overview of all issuers"),
        ("screening", "Record of a screening"),
        ("weekly_statement", "Weekly reserve statement"),
    ],
)
def test_an_english_report_bears_the_title_of_the_chinese_one(builder, title):
    with translation.override("zh-hant"):
        assert translation.gettext(title) == import_module(f"reports.builders.{builder}").TITLE_ZH


@pytest.mark.parametrize(
    ("verb", "label", "data", "words"),
    [
        ("core.feed.refused", "holdings LRHKD 2026-11-22 (a.csv)", {"problems": 50},
         "拒收持倉 LRHKD 2026 年 11 月 22 日 (a.csv)：50 個問題"),
        ("core.closure.entered", "2026-09-08 black_rainstorm", {},
         "登記 2026 年 9 月 8 日 黑色暴雨警告 為因警告而停業的日子"),
    ],
)
def test_the_trail_words_the_codes_that_it_keeps(verb, label, data, words):
    with translation.override("zh-hant"):
        assert audit.sentence(AuditEvent(verb=verb, target_label=label, data=data)) == words


@pytest.mark.parametrize(
    ("verb", "label", "data", "words"),
    [
        ("core.feed.accepted", "holdings LRHKD 2026-11-22 (day-2026-11-22.csv)", {"rows": 4},
         "accepted Holdings LRHKD 22 November 2026 (day-2026-11-22.csv): 4 rows"),
        ("core.case.closed", "CSN-2026-0004", {"note": "deemed"},
         "closed case CSN-2026-0004: the time to decide has run out"),
        ("core.case.closed", "CSN-2026-0004", {"note": "Paid on 2026-13-40."},
         "closed case CSN-2026-0004: Paid on 2026-13-40."),
        ("core.case.assigned", "CSN-2026-0004", {"assignee": "-"}, "assigned case CSN-2026-0004 to nobody"),
        ("issuers.consent.recommended", "CON-2026-0003", {"outcome": "grant"},
         "recommended on CON-2026-0003: Grant consent"),
        ("issuers.consent.moved", "CON-2026-0003", {"until": "2026-04-16"},
         "moved the last day of CON-2026-0003 to 16 April 2026"),
        ("issuers.tribunal.recorded", "PRO-2026-0002", {"outcome": "set_aside", "on": "2026-12-01"},
         "recorded of PRO-2026-0002: Decision set aside on 1 December 2026"),
        ("issuers.clearance.recorded", "Kit Yuen", {"state": "clear"},
         "recorded a screening of Kit Yuen: Screened, nothing found"),
        ("issuers.finding.recorded", "APP-2026-0001", {"criterion": "s3"},
         "recorded a finding on criterion Corporate status of APP-2026-0001"),
        ("issuers.recommendation.decided", "APP-2026-0001", {"decision": "accepted"},
         "decided on APP-2026-0001: Decided as recommended"),
        ("issuers.answer.saved", "APP-2026-0001", {"key": "coin.name", "version": 2},
         "answered Name of the stablecoin of APP-2026-0001, version 2"),
        ("issuers.request.sent", "APP-2026-0001 request 2", {"items": "3"},
         "sent request 2 on APP-2026-0001 with 3 questions"),
        ("issuers.obligation.met", "Lion Rock Digital Limited stress_test 2026-07-01", {"note": "Report 3"},
         "recorded Lion Rock Digital Limited, Stress test of the quarter, 1 July 2026 as met: Report 3"),
        ("issuers.obligation.moved", "Lion Rock Digital Limited condition 12:2026-09-30", {"day": "2026-10-02"},
         "moved the last day of Lion Rock Digital Limited, Condition of the licence, 30 September 2026 to"
         " 2 October 2026"),
        ("issuers.event_notice.withdrawn", "NTC-2026-0001", {"note": "-"},
         "withdrew notice NTC-2026-0001: no reason given"),
    ],
)
def test_a_sentence_of_the_trail_holds_neither_codes_nor_machine_days(verb, label, data, words):
    assert audit.sentence(AuditEvent(verb=verb, target_label=label, data=data)) == words


def test_a_reason_of_the_platform_is_translated_when_it_is_read():
    event = AuditEvent(verb="core.case.paused", target_label="APP-1", data={"reason": "Waiting for the issuer"})
    with translation.override("zh-hant"):
        assert audit.sentence(event).endswith(translation.gettext("Waiting for the issuer"))
        assert "Waiting" not in audit.sentence(event)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "lang", "title"),
    [
        ("en", "en", "Register of licensed stablecoin issuers"),
        ("zh-hant", "zh-Hant-HK", "持牌穩定幣發行人登記冊"),
        ("zh-hans", "zh-Hans", "持牌稳定币发行人登记册"),
    ],
)
def test_the_register_speaks_the_language_of_its_address(client, language, lang, title):
    page = client.get(f"/{language}/").content.decode()
    assert f'<html lang="{lang}">' in page
    assert f"<h1>{title}</h1>" in page


@pytest.mark.django_db
def test_the_language_links_lead_to_this_very_page(client_for, bo):
    page = client_for(bo).get(reverse("officer:cases") + "?view=closed").content.decode()
    assert 'href="/zh-hant/officer/cases/?view=closed"' in page
    assert 'href="/zh-hans/officer/cases/?view=closed"' in page


@pytest.mark.django_db
def test_the_api_words_a_refusal_in_the_readers_language(client):
    said = {
        language: client.get("/api/v1/coins/", HTTP_ACCEPT_LANGUAGE=language, HTTP_AUTHORIZATION="Bearer x").json()
        for language in ("en", "zh-hant", "zh-hans")
    }
    assert said["en"]["message"] == "This key is not known, or was revoked."
    assert said["zh-hant"]["message"] == "此密鑰不獲識別，或已撤銷。"
    assert said["zh-hans"]["message"] == "该密钥无法识别，或已被撤销。"
