"""Three languages: every sentence says the same things in each, and pages and refusals really speak them."""

import re
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.urls import reverse

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
        for language in ("en", "zh-hant")
    }
    assert said["en"]["message"] == "This key is not known, or was revoked."
    assert said["zh-hant"]["message"] != said["en"]["message"]
    assert re.search(r"[\u4e00-\u9fff]", said["zh-hant"]["message"])
