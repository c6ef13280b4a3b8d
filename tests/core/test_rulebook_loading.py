"""A rulebook says all that is wrong with its files, at once, and one file can be laid over a regime."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal

import pytest

from core.errors import Refused
from core.rulebook import Circulation, NotInForce, RulebookInvalid, Verdict, load, regimes, verify
from core.rulebook.loader import HERE, read

DAY = date(2026, 11, 20)
INSTRUMENTS = b'[instruments]\nSUP = { title = "Guideline", url = "https://example.org/sup" }\n'


def rule(**changes: str) -> bytes:
    """A rule that is right but for the changes (values are TOML; an empty value leaves the key out)."""
    version = {"from": "2025-08-01", "cite": '"SUP 6.4.2"', "limit": "1"}
    keys = {
        "id": '"X-1"',
        "title": '"Notice"',
        "scope": '"coin"',
        "check": '"at_most"',
        "metrics": '["limits.longest_unnotified_business_days"]',
    }
    for name, value in changes.items():
        target = version if name in {"start", "cite", "limit", "proposed", "other"} else keys
        target["from" if name == "start" else name] = value
    lines = ["[[rule]]", *(f"{k} = {v}" for k, v in keys.items() if v)]
    return "\n".join([*lines, "[[rule.version]]", *(f"{k} = {v}" for k, v in version.items() if v), ""]).encode()


def problems_of(*contents: bytes) -> list[str]:
    files = {f"{'abc'[n]}.toml": content for n, content in enumerate(contents)}
    with pytest.raises(RulebookInvalid) as refusal:
        read("x", files)
    return list(refusal.value.problems)


def test_a_right_file_has_no_problem():
    book = read("x", {"a.toml": INSTRUMENTS + rule()})
    assert [found.id for found in book.rules] == ["X-1"]
    assert book.rule("X-1").title_in("zh-hant") == "Notice"


def test_hong_kong_is_a_regime_without_problems():
    assert "hk" in regimes()
    assert verify("hk") == []


def test_an_unknown_regime_is_refused():
    with pytest.raises(Refused, match="atlantis: no such regime"):
        load("atlantis")


@pytest.mark.parametrize(
    "changes, problem",
    [
        ({"check": '"guesses"'}, "unknown check 'guesses'"),
        ({"cite": ""}, "missing citation from 2025-08-01"),
        ({"cite": '" "'}, "missing citation from 2025-08-01"),
        ({"cite": '"SUP 2.2.3; ORD s. 25"'}, "cites ORD, an instrument that is not declared"),
        ({"cite": '"SUP"'}, "cites SUP without a paragraph"),
        ({"start": ""}, "a version without a day in 'from'"),
        ({"start": "2025-08-01T00:00:00"}, "a version without a day in 'from'"),
        ({"other": "3"}, "check 'at_most': got an unexpected keyword argument 'other'"),
        ({"limit": ""}, "check 'at_most': missing a required argument: 'limit'"),
        ({"limit": '"one"'}, "check 'at_most': parameter 'limit' cannot be 'one'"),
        ({"limit": "true"}, "check 'at_most': parameter 'limit' cannot be True"),
        ({"proposed": "1"}, "proposed is not true or false"),
        ({"metrics": '["as_of", "withdrawals.count"]'}, "check 'at_most': too many positional arguments"),
        ({"metrics": '["reserve.value"]'}, "unknown metric 'reserve.value'"),
        ({"metrics": '["statement.days_missing"]'}, "statement.days_missing is no fact of scope 'coin'"),
        ({"metrics": ""}, "no metrics"),
        ({"optional": '["as_of"]'}, "optional names 'as_of', which is not among the metrics"),
        ({"limits": '["as_of"]'}, "limits names 'as_of', which is not among the metrics"),
        ({"limits": '"as_of"'}, "limits is not a list of names"),
        ({"scope": '"planet"'}, "unknown scope 'planet'"),
        ({"title": ""}, "title is missing"),
        ({"colour": '"red"'}, "unknown key 'colour'"),
        ({"eligibility": "true"}, "only a rule about holdings decides eligibility"),
        ({"eligibility": '"yes"'}, "eligibility is not true or false"),
        ({"applies_to": '{ colour = ["red"] }'}, "unknown applies_to key 'colour'"),
        ({"applies_to": '{ asset_class = ["cash"] }'}, "asset_class is no condition on scope 'coin'"),
        (
            {"applies_to": '{ issuer_kind = "company" }', "scope": '"issuer"', "metrics": '["statement.days_missing"]'},
            "applies_to issuer_kind is not a list of values",
        ),
        (
            {"applies_to": '{ issuer_kind = ["guild"] }', "scope": '"issuer"', "metrics": '["statement.days_missing"]'},
            "issuer_kind is never 'guild'",
        ),
    ],
)
def test_each_fault_is_named_with_its_file_and_rule(changes, problem):
    assert f"a.toml: X-1: {problem}" in problems_of(INSTRUMENTS + rule(**changes))


def test_all_faults_of_all_files_are_named_at_once():
    found = problems_of(
        rule(check='"guesses"', colour='"red"'),
        INSTRUMENTS + rule(id='"X-2"', cite='"ORD s. 1"'),
        b"[[rule",
    )
    assert [problem.partition(":")[0] for problem in found] == ["c.toml", "a.toml", "a.toml", "b.toml"]
    assert found[1:] == [
        "a.toml: X-1: unknown key 'colour'",
        "a.toml: X-1: unknown check 'guesses'",
        "b.toml: X-2: cites ORD, an instrument that is not declared",
    ]


def test_one_id_in_two_files_is_a_duplicate_in_both():
    assert problems_of(INSTRUMENTS + rule(), rule()) == ["a.toml: X-1: duplicate id", "b.toml: X-1: duplicate id"]


def test_two_versions_from_one_day_are_refused():
    second = b'[[rule.version]]\nfrom = 2025-08-01\ncite = "SUP 6.4.4"\nlimit = 2\n'
    assert problems_of(INSTRUMENTS + rule() + second) == ["a.toml: X-1: two versions from 2025-08-01"]


def test_a_rule_without_versions_is_refused():
    content = INSTRUMENTS + rule().partition(b"[[rule.version]]")[0]
    assert problems_of(content) == ["a.toml: X-1: no version"]


@pytest.mark.parametrize(
    "content, problem",
    [
        (b"\xff", "a.toml: not TOML: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
        (b"rule = 3\n", "a.toml: rule is not a list of tables"),
        (b"instruments = 3\n", "a.toml: instruments is not a table"),
        (b"[extra]\n", "a.toml: unknown section 'extra'"),
        (
            b'[instruments]\nORD = { title = "Ordinance" }\n',
            "a.toml: instrument ORD needs a title and a url, and nothing else",
        ),
        (
            INSTRUMENTS + b'[[circulation]]\nfrom = 2025-08-01\ncite = "SUP 2.2.3"\ninclude_frozen = true\n',
            "a.toml: circulation of 2025-08-01: include_pending is missing",
        ),
        (
            INSTRUMENTS
            + b'[[circulation]]\nfrom = 2025-08-01\ncite = "SUP 2.2.3"\ninclude_frozen = 1\ninclude_pending=true\n',
            "a.toml: circulation of 2025-08-01: include_frozen is not a bool",
        ),
        (
            INSTRUMENTS + b'[[calendar]]\nid = "C"\nfrom = 2025-08-01\ncite = "SUP glossary"\n'
            b'holiday_categories = ["school"]\nclosure_kinds = []\n',
            "a.toml: calendar of 2025-08-01: unknown holiday category 'school'",
        ),
    ],
)
def test_a_file_that_is_not_as_it_should_be_is_named(content, problem):
    assert problems_of(content) == [problem]


def test_an_instrument_declared_in_two_ways_is_refused():
    other = INSTRUMENTS.replace(b"Guideline", b"Another guideline")
    assert problems_of(INSTRUMENTS, other) == ["b.toml: instrument SUP is declared differently elsewhere"]


def test_circulation_of_hong_kong_counts_frozen_tokens_and_not_pending_ones():
    book = load("hk")
    assert book.circulation(DAY) == Circulation(
        date(2025, 8, 1), "SUP 2.2.3; ORD Sch. 2 s. 5(2)", include_frozen=True, include_pending=False
    )
    assert [instrument.key for instrument in book.instruments_of(book.circulation(DAY).cite)] == ["SUP", "ORD"]


def test_business_days_of_hong_kong_take_both_categories_and_the_warning_days():
    entry = load("hk").calendar(DAY)
    assert (entry.id, entry.cite) == ("HK-CAL-01", "SUP glossary")
    good_friday = date(2026, 4, 3)
    assert not entry.calendar().is_business_day(good_friday)
    assert entry.calendar().is_business_day(DAY)
    assert not entry.calendar([DAY]).is_business_day(DAY)


@pytest.mark.parametrize("ask", ["circulation", "calendar"])
def test_there_is_no_definition_before_the_ordinance(ask):
    with pytest.raises(NotInForce, match=f"hk {ask} on 2025-07-31"):
        getattr(load("hk"), ask)(date(2025, 7, 31))


def test_digest_is_of_the_files_and_of_their_names():
    same = read("x", {"a.toml": INSTRUMENTS + rule()}).digest
    assert read("x", {"a.toml": INSTRUMENTS + rule()}).digest == same
    assert read("x", {"b.toml": INSTRUMENTS + rule()}).digest != same
    assert read("x", {"a.toml": INSTRUMENTS + rule() + b"\n"}).digest != same


NETTED = (
    b'[instruments]\nPUB = { title = "Published report", url = "https://example.org/report" }\n'
    b'[[circulation]]\nfrom = 2025-08-01\ncite = "PUB note 2"\ninclude_frozen = false\ninclude_pending = false\n'
)


def test_overlay_replaces_circulation_and_leaves_all_else():
    plain, laid = load("hk"), load("hk", NETTED)
    assert laid.circulation(DAY).include_frozen is False
    assert laid.overlay == hashlib.sha256(NETTED).hexdigest()
    assert plain.overlay is None
    assert laid.digest == plain.digest
    assert laid.rules == plain.rules
    assert laid.calendars == plain.calendars
    assert set(laid.instruments) == {"ORD", "SUP", "PUB"}


def test_overlay_replaces_the_rule_of_the_same_id_and_may_add_one():
    overlay = rule(id='"HK-RES-15"', limit="5") + rule(id='"X-1"', start="2026-11-20")
    laid = load("hk", overlay)
    facts = {"limits.longest_unnotified_business_days": 2}
    assert load("hk").rule("HK-RES-15").judge(facts, DAY).verdict is Verdict.BREACHED
    assert laid.rule("HK-RES-15").judge(facts, DAY).verdict is Verdict.MET
    assert laid.rule("X-1").judge(facts, DAY).verdict is Verdict.BREACHED
    assert not laid.rule("X-1").is_in_force(date(2026, 11, 19))
    assert len(laid.rules) == 34


def test_a_regime_file_can_be_laid_over_the_regime_itself():
    reserve = (HERE / "hk" / "reserve.toml").read_bytes()
    laid = load("hk", reserve.replace(b"include_frozen  = true", b"include_frozen  = false"))
    assert laid.circulation(DAY).include_frozen is False
    assert laid.rules == load("hk").rules


def test_overlay_may_declare_an_instrument_anew():
    laid = load("hk", INSTRUMENTS)
    assert laid.instruments["SUP"].title == "Guideline"


def test_faults_of_an_overlay_are_named_as_its_own():
    with pytest.raises(RulebookInvalid) as refusal:
        load("hk", rule(check='"guesses"', cite='"XYZ 1"'))
    assert refusal.value.problems == (
        "overlay: X-1: unknown check 'guesses'",
        "overlay: X-1: cites XYZ, an instrument that is not declared",
    )
    assert (refusal.value.code, refusal.value.permanent) == ("rulebook_invalid", True)


def test_the_newest_version_that_has_begun_is_judged_and_a_proposed_one_never():
    versions = (
        b'[[rule.version]]\nfrom = 2026-01-01\ncite = "SUP 6.4.4"\nlimit = 3\n'
        b'[[rule.version]]\nfrom = 2026-06-01\ncite = "SUP 6.4.5"\nlimit = 9\nproposed = true\n'
    )
    found = read("x", {"a.toml": INSTRUMENTS + rule() + versions}).rule("X-1")
    facts = {"limits.longest_unnotified_business_days": 2}
    before, after = found.judge(facts, date(2025, 12, 31)), found.judge(facts, DAY)
    assert (before.verdict, before.cite, before.version_from) == (Verdict.BREACHED, "SUP 6.4.2", date(2025, 8, 1))
    assert (after.verdict, after.cite, after.version_from) == (Verdict.MET, "SUP 6.4.4", date(2026, 1, 1))
    assert after.required == {"check": "at_most", "limit": "3"}
    assert found.on(DAY).params == {"limit": Decimal(3)}
