"""Figures, dates and deadlines read the same on every page; components are safe and need no style of their own."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django import forms
from django.template import Context, Template
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from core import clock, context, wording
from core.asking import OrganisationField
from core.models import Organisation

NOW = datetime(2026, 11, 23, 1, 12, tzinfo=UTC)  # 09:12 in Hong Kong


@pytest.fixture(autouse=True)
def _morning(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


def rendered(source, **values):
    return Template("{% load ui i18n %}" + source).render(Context(values)).strip()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("4212650000", "4,212.65"),
        ("-36081363.00", "−36.08"),
        (Decimal("0"), "0.00"),
        (None, "No data"),
        ("", "No data"),
    ],
)
def test_amounts_in_millions_are_grouped_and_never_blank(value, text):
    assert rendered("{{ v|millions }}", v=value) == text


def test_a_gain_is_signed_only_where_asked():
    assert rendered("{{ v|money }} {{ v|money:'+' }} {{ z|money:'+' }}", v="3.2", z="0") == "3.20 +3.20 0.00"


def test_a_loss_smaller_than_half_a_cent_is_not_minus_zero():
    assert rendered("{{ v|money }}", v="-0.001") == "0.00"


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        ("0.99996", "99.99%"),
        ("1", "100.00%"),
        ("0.9999999999", "99.99%"),
        (Decimal("1.01084"), "101.08%"),
        (None, "No data"),
    ],
)
def test_a_ratio_is_rounded_down_as_a_percentage(ratio, text):
    assert rendered("{{ r|percent }}", r=ratio) == text


def test_a_ratio_keeps_its_eight_places_rounded_down():
    assert rendered("{{ r|ratio8 }}", r="0.999399419") == "0.99939941"


def test_a_change_is_written_in_percentage_points():
    assert rendered("{{ a|points }} {{ b|points }}", a="-0.0150", b="0.0019") == "−1.50 +0.19"


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "22 November 2026"), ("zh-hant", "2026 年 11 月 22 日"), ("zh-hans", "2026 年 11 月 22 日")],
)
def test_a_date_is_written_in_the_order_of_the_language(language, text):
    with translation.override(language):
        assert rendered("{{ d|hk_date }}", d=date(2026, 11, 22)) == text
        assert rendered("{{ d|hk_date }}", d="2026-11-22") == text


def test_a_date_under_a_chart_is_as_short_as_can_be():
    assert wording.hk_date("2026-11-22", "brief") == "22 Nov"
    with translation.override("zh-hant"):
        assert wording.hk_date("2026-11-22", "brief") == "11月22日"


def test_an_instant_is_shown_on_the_hong_kong_clock():
    late = datetime(2026, 11, 22, 16, 41, tzinfo=UTC)
    assert rendered("{{ t|hk_datetime }}", t=late) == "23 November 2026, 00:41"
    assert rendered("{{ t|hk_date }}", t=late.isoformat()) == "23 November 2026"


@pytest.mark.parametrize(
    ("left", "text", "tone"),
    [
        (timedelta(hours=2, minutes=36), "Today 11:48, in 2 h 36 min", "today"),
        (timedelta(days=2), "Wed 25 Nov 09:12, in 2 days", ""),
        (-timedelta(hours=3), "Today 06:12, overdue by 3 h", "over"),
        (timedelta(hours=20), "Tue 24 Nov 05:12, in 20 h", ""),
    ],
)
def test_a_deadline_is_absolute_and_relative(left, text, tone):
    assert rendered("{{ t|due }}", t=NOW + left) == text
    assert rendered("{{ t|due_tone }}", t=NOW + left) == tone


def test_a_case_without_a_deadline_says_so():
    assert rendered("{{ t|due }}", t=None) == "No deadline"


def test_missing_data_says_how_late_it_is():
    assert rendered("{{ late|nodata }}", late=timedelta(hours=8, minutes=12)) == "No data, late by 8 h 12 min"
    assert rendered("{{ late|nodata }}", late=8) == "No data, late by 8 h"


@pytest.mark.parametrize(
    ("verdict", "tone", "label"),
    [
        ("met", "good", "Met"),
        ("breached", "bad", "Breached"),
        ("unknown", "warn", "Unknown"),
        (None, "warn", "Unknown"),
    ],
)
def test_a_missing_verdict_is_never_a_pass(verdict, tone, label):
    assert rendered("{% verdict v %}", v=verdict) == f'<span class="tag {tone}">{label}</span>'


def test_a_digest_is_shortened_and_a_citation_does_not_break_inside():
    assert rendered("{{ d|digest }}", d="9f2c41ab" + "0" * 52 + "07de") == "9f2c 41ab … 07de"
    assert rendered("{{ c|cite }}", c="Cap. 656 Sch. 2 s. 5") == "Cap.\u00a0656 Sch.\u00a02 s.\u00a05"


def test_an_organisation_is_named_in_the_readers_language_or_else_in_english():
    names = {"name_en": "Lion Rock Digital Limited", "name_zh_hant": "獅子山數碼有限公司", "name_zh_hans": ""}
    with translation.override("zh-hant"):
        assert rendered("{{ o|org_name }}", o=names) == "獅子山數碼有限公司"
    with translation.override("zh-hans"):
        assert rendered("{{ o|org_name }}", o=names) == "Lion Rock Digital Limited"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "name"),
    [("en", "Lion Rock Digital Limited"), ("zh-hant", "獅子山數碼有限公司"), ("zh-hans", "狮子山数码有限公司")],
)
def test_an_organisation_is_offered_by_that_name_too(issuer, language, name):
    field = OrganisationField(Organisation.objects.filter(pk=issuer.organisation_id), empty_label=None)
    with translation.override(language):
        assert [label for _value, label in field.choices] == [name]


def test_components_escape_what_people_wrote():
    evil = "<script>alert(1)</script>"
    page = rendered(
        '{% panel e note=e %}{{ e }}{% endpanel %}{% alert "bad" e url=e action=e %}{{ e }}{% endalert %}'
        "{% pagehead e meta=e %}{{ e }}{% endpagehead %}{% tag e %}{% kpis %}{% kpi e e note=e %}{% endkpis %}"
        "{% facts e e %}{% nothing e e %}{% crumbs e e e %}{% problems p %}",
        e=evil,
        p=[{"row": 2, "column": evil, "value": evil, "message": evil, "fix": evil, "rule": evil, "sheet": evil}],
    )
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 20


def test_problems_are_counted_beyond_those_that_are_shown():
    assert "The first 1 of 1,204 problems are shown." in rendered("{% problems p 1204 %}", p=[{"row": 12}])


def test_a_link_to_a_page_that_does_not_exist_is_an_error_not_a_gap():
    with pytest.raises(NoReverseMatch):
        rendered('{% rail_link "officer:nowhere" "home" "Nowhere" %}')


def test_a_rail_count_is_asked_for_once_and_only_when_drawn(monkeypatch):
    asked = []
    monkeypatch.setitem(context._counts, "cases", lambda user: asked.append(user) or 37)
    rail = context.RailCounts("bo")
    assert asked == []
    assert [rail.get("cases"), rail.get("cases")] == [37, 37]
    assert asked == ["bo"]
    assert rail.get("nothing declared") is None


class Plan(forms.Form):
    method = forms.ChoiceField(choices=[("add", "Add assets"), ("burn", "Burn")], widget=forms.RadioSelect)
    amount = forms.DecimalField(min_value=16, help_text="At least 16.00")
    note = forms.CharField(required=False, widget=forms.Textarea)


def test_a_form_says_every_problem_at_the_top_and_beside_its_field():
    page = str(Plan({"amount": "14.5"}))
    assert page.count('<a href="#id_method_0">This field is required.</a>') == 1
    assert '<a href="#id_amount">Ensure this value is greater than or equal to 16.</a>' in page
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_amount_helptext id_amount_error"' in page
    assert "Note (optional)" in page


def test_a_form_that_was_not_sent_complains_of_nothing():
    assert "error" not in str(Plan())


SIGN_IN = ["account_login", "account_reset_password", "account_signup", "account_inactive"]


@pytest.mark.django_db
@pytest.mark.parametrize("page", SIGN_IN)
@pytest.mark.parametrize("language", ["en", "zh-hant", "zh-hans"])
def test_sign_in_pages_wear_the_look_and_hold_nothing_inline(client, page, language):
    with translation.override(language):
        answer = client.get(reverse(page))
    html = answer.content.decode()
    assert answer.status_code == 200
    assert f'<html lang="{wording.html_language(language)}">' in html
    assert 'class="topbar"' in html
    assert_nothing_inline(html)


@pytest.mark.django_db
def test_each_language_link_leads_to_the_same_page(client):
    html = client.get("/en/accounts/password/reset/?next=/en/officer/").content.decode()
    assert '<a href="/zh-hant/accounts/password/reset/?next=/en/officer/" lang="zh-Hant-HK"' in html
    assert '<a href="/zh-hans/accounts/password/reset/?next=/en/officer/" lang="zh-Hans"' in html


def assert_nothing_inline(html):
    assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:", html)
    for attributes in re.findall(r"<script([^>]*)>", html):
        assert "src=" in attributes or 'type="application/json"' in attributes
