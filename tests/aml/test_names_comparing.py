"""Two names compared: across scripts and systems, with what is another name kept apart, and an account of each score."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aml.matching import ALGORITHM, compare

ONE_NAME = [
    # script, diacritics, punctuation
    ("person", "José Núñez Peña", "JOSE NUNEZ PENA"), ("person", "O’Brien, Seán", "Sean OBrien"),
    # Chinese characters in both forms, and each system of Latin letters
    ("person", "陳大文", "陈大文"), ("person", "陳大文", "Chen Dawen"), ("person", "陳大文", "CHAN Tai Man"),
    ("person", "毛澤東", "Mao Tse-tung"), ("person", "毛泽东", "Mao Zedong"), ("person", "鄧小平", "TANG Siu-ping"),
    ("person", "Mao Tse-tung", "Mao Zedong"), ("person", "CHAN Tai Man", "Chen Daiwen"),
    ("person", "梁振英", "LEUNG Chun-ying"), ("person", "LEI Fong Wai", "LI Fangwei"),
    ("person", "謝志雄", "Hsieh Jhih-syong"), ("person", "謝志雄", "HSIEH Chih-hsiung"), ("person", "邱雪芬", "Ciou Syue-fen"),
    # English given names beside the Chinese one; a wife's name with both surnames; order
    ("person", "李家超", "LEE Ka-chiu, John"), ("person", "林鄭月娥", "Carrie LAM CHENG Yuet-ngor"),
    ("person", "夏寶龍", "Baolong Xia"),
    # surnames that are read otherwise than their character
    ("person", "曾慶紅", "Zeng Qinghong"), ("person", "單偉建", "Shan Weijian"), ("person", "仇和", "Qiu He"),
    ("person", "尉遲恭", "Yuchi Gong"), ("person", "區可兒", "Ou Ke'er"), ("person", "查良鏞", "Louis Cha Leung-yung"),
    # Korea: both systems, both Koreas, and characters that Korea reads
    ("person", "김정은", "KIM Jong Un"), ("person", "김정은", "Gim Jeong-eun"), ("person", "리병철", "RI Pyong Chol"),
    ("person", "박근혜", "Park Geun-hye"), ("person", "金正恩", "Kim Jong Un"), ("person", "金正恩", "김정은"),
    # Cyrillic and Arabic
    ("person", "Рамзан Кадыров", "Ramzan Kadyrov"), ("person", "Володимир Зеленський", "Volodymyr Zelenskyy"),
    ("person", "أسامة بن لادن", "Usama bin Ladin"), ("person", "حسن نصر الله", "Hassan Nasrallah"),
    ("person", "Muhammad Abd al-Rahman", "Mohammed Abdurrahman"), ("person", "Hasan Rohani", "Hassan Rouhani"),
    # spelling, order, initials, parts that one of the two leaves out
    ("person", "Smith, John William", "John W. Smith"), ("person", "JohnSmith", "John Smith"),
    ("person", "Sergei Lavrov", "Sergey Viktorovich Lavrov"), ("person", "Dr. Maria Gonzales", "Maria Gonzalez"),
    ("person", "Bill Harrison", "William Harrison"),
    # companies and vessels
    ("organisation", "Lion Rock Trading Limited", "Lion Rock Trading Ltd."),
    ("organisation", "OOO Vostok Energiya", "Limited Liability Company Vostok Energiya"),
    ("organisation", "Öst-West Handels Aktiengesellschaft", "Ost West Handels AG"),
    ("organisation", "丹東鴻運貿易有限公司", "Dandong Hongyun Trading Co., Ltd."),
    ("organisation", "FRB", "Free Rivers Brigade"), ("vessel", "MV Northern Star", "Northern Star"),
]
TWO_NAMES = [
    ("person", "陈大文", "陈大武"), ("person", "陳大文", "Li Dawen"), ("person", "김정은", "김종은"),
    ("person", "김정은", "KIM Yong Chol"), ("person", "李家超", "John Lee"), ("person", "Chan Tai Man", "Wong Tai Sin"),
    ("person", "Ivan Petrov", "Sergei Petrov"), ("person", "Ahmad bin Yusuf", "Yusuf bin Ahmad"),
    ("person", "Ali Hassan al-Rawi", "Ali Hassan al-Tikriti"), ("person", "Muhammad", "Muhammad Saleh Khalid"),
    ("organisation", "Harbour Bank Ltd", "Harvest Bank Ltd"), ("organisation", "Lion Rock of Boston Inc", "Lion Rock of Dallas Inc"),
    ("organisation", "Trading Company Ltd", "Eastwood Trading Company Ltd"), ("vessel", "Snow", "Snap"),
]


@pytest.mark.parametrize("kind, one, other", ONE_NAME)
def test_one_name_is_known_in_every_way_of_writing_it(kind, one, other):
    found = compare(one, other, kind)
    assert found.is_match, found.why
    assert compare(other, one, kind).score == found.score


@pytest.mark.parametrize("kind, one, other", TWO_NAMES)
def test_two_names_stay_two(kind, one, other):
    found = compare(one, other, kind)
    assert not found.is_match, found.why


def test_a_score_says_which_token_met_which_and_how():
    found = compare("William Smyth", "Bill A. Smith", "person")
    assert found.explanation["name"] == {
        "query": "William Smyth", "listed": "Bill A. Smith", "tokens": [
            {"query": "smyth", "listed": "smith", "how": "sound", "score": "0.9500"},
            {"query": "william", "listed": "bill", "how": "short_form", "score": "0.9000"},
            {"query": "", "listed": "a", "how": "different", "score": "0.0000"},
        ]}
    assert found.explanation["algorithm"] == ALGORITHM
    assert found.explanation["threshold"] == "0.7500"
    assert found.explanation["parts"] == [
        {"part": "name", "given": "William Smyth", "listed": "Bill A. Smith", "says": "similar", "gives": found.score}]
    assert found.why == ("smyth ~ smith (sounds alike 0.9500); william ~ bill (short form 0.9000); "
                         "only in the second: a")


def test_a_name_in_characters_says_by_which_system_it_was_spelled():
    tokens = compare("陳大文", "CHAN Tai Man", "person").explanation["name"]["tokens"]
    assert [(each["query"], each["listed"], each["how"]) for each in tokens] == [
        ("陈", "chan", "hong_kong"), ("大", "tai", "hong_kong"), ("文", "man", "hong_kong")]


def test_names_without_a_letter_match_nothing():
    assert compare("...", "...", "person").score == "0.0000"
    assert compare("", "Smith", "organisation").is_match is False


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=30)
WORDS = st.lists(st.sampled_from(["abdul", "rahman", "al", "lee", "李", "문", "ооо", "ltd", "иван", "x", "7", "bin", "محمد", "o'neil", "co", "the"]), max_size=6).map(" ".join)


@settings(max_examples=150, deadline=None)
@given(NAMES | WORDS, NAMES | WORDS, st.sampled_from(["person", "organisation", "vessel", "unknown", "aircraft"]))
def test_any_two_texts_get_a_score_between_nothing_and_one(one, other, kind):
    found = compare(one, other, kind)
    assert 0 <= float(found.score) <= 1
    assert found.is_match == (float(found.score) >= 0.75)
    assert found.why
