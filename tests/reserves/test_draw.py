"""The draw of days: bound by its commitment, fair, repeatable by anybody, known to nobody before the period is over."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from core.audit import Audience, sentence, timeline
from core.business_days import enter_closure
from core.errors import Refused
from core.models import AuditEvent
from reserves.draw import commitment_of, draw_days
from reserves.models import DrawSeed, Engagement
from reserves.services.draws import draw_of, open_engagements, reveal_draw, reveal_draws
from tests.reserves.attesting import FIRST, LAST, PERIOD_END, engaged, firm, noon

SEED = "ab" * 32
DAYS = [date(2026, 10, 1) + timedelta(days=count) for count in range(20)]


@pytest.fixture
def at(monkeypatch, tmp_path):
    """``at(day)`` is noon of that day for everybody."""
    file = tmp_path / "clock"
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(file))

    def move(day: date) -> None:
        file.write_text(noon(day).isoformat())

    move(date(2026, 10, 5))
    return move


seeds = st.binary(min_size=32, max_size=32).map(bytes.hex)


def by_hand(seed: str, count: int) -> list[date]:
    """The draw as its description says, written once more."""
    left, drawn, number = list(DAYS), [], 0
    while len(drawn) < count:
        value = int(hashlib.sha256(f"{seed}:LRHKD:2026-10-01:2026-10-31:{number}".encode()).hexdigest(), 16)
        number += 1
        if value < 2**256 // len(left) * len(left):
            drawn.append(left.pop(value % len(left)))
    return drawn


@settings(max_examples=50, deadline=None)
@given(seeds, st.integers(1, 20))
def test_the_draw_is_what_its_description_says(seed, count):
    drawn = draw_days(seed, DAYS[::-1], coin="LRHKD", first=FIRST, last=LAST, count=count)
    assert drawn == by_hand(seed, count)
    assert len(set(drawn)) == count


def test_every_day_is_about_as_likely_as_any_other():
    counts = Counter(
        draw_days(f"{number:064x}", DAYS, coin="LRHKD", first=FIRST, last=LAST)[0] for number in range(2000)
    )
    assert set(counts) == set(DAYS)
    assert 60 < min(counts.values()) <= max(counts.values()) < 145  # 100 expected


def test_more_days_than_there_are_cannot_be_drawn():
    with pytest.raises(ValueError, match="cannot be drawn"):
        draw_days(SEED, DAYS, coin="LRHKD", first=FIRST, last=LAST, count=21)


def test_the_commitment_is_published_as_the_period_opens_and_binds_the_seed(at, coin, amy):
    engagement = engaged(coin, firm(), amy)
    seed = DrawSeed.objects.get(engagement=engagement).seed
    assert engagement.status == Engagement.Status.OPEN
    assert engagement.commitment == hashlib.sha256(bytes.fromhex(seed)).hexdigest()
    public = timeline(engagement, audience=Audience.PUBLIC).get()
    assert (public.verb, public.data["note"]) == ("reserves.attestation.opened", engagement.commitment)
    assert engagement.draw == {}


def test_a_period_that_is_still_to_begin_opens_on_its_first_day(at, coin, amy):
    engagement = engaged(coin, firm(), amy, period_start=date(2026, 11, 1), period_end=date(2026, 11, 30))
    assert (engagement.status, engagement.commitment, open_engagements()) == ("engaged", "", 0)
    at(date(2026, 11, 1))
    assert open_engagements() == 1
    engagement.refresh_from_db()
    assert (engagement.status, len(engagement.commitment)) == ("open", 64)


def test_the_seed_is_not_revealed_on_the_last_day_and_is_on_the_next(at, coin, amy):
    engagement = engaged(coin, firm(), amy)
    at(LAST)
    assert reveal_draws() == 0
    with pytest.raises(Refused, match="when the period is over"):
        reveal_draw(engagement)
    assert not engagement.test_days.exists()
    assert not AuditEvent.objects.filter(verb="reserves.attestation.revealed").exists()
    at(LAST + timedelta(days=1))
    assert reveal_draws() == 1
    engagement.refresh_from_db()
    assert commitment_of(engagement.draw["seed"]) == engagement.commitment
    days = {day.kind: day.as_of for day in engagement.test_days.all()}
    assert days["period_end"] == PERIOD_END
    assert days["random"].isoformat() == engagement.draw["days"][0]
    assert days["random"] != PERIOD_END


def test_the_reveal_names_the_days_as_readers_write_them(at, coin, amy):
    engagement = engaged(coin, firm(), amy)
    at(LAST + timedelta(days=1))
    reveal_draws()
    event = AuditEvent.objects.get(verb="reserves.attestation.revealed")
    event.data |= {"seed": "ab", "days": "2026-10-05, 2026-10-20"}
    assert sentence(event) == (
        f"revealed the seed of {engagement}, ab, which drew 5 October 2026, 20 October 2026")
    with translation.override("zh-hant"):
        assert "2026 年 10 月 5 日、2026 年 10 月 20 日" in sentence(event)


def test_a_closure_is_no_candidate_and_one_entered_later_moves_nothing(at, coin, amy, bo):
    engagement = engaged(coin, firm(), amy, random_days=3)
    at(date(2026, 10, 20))
    enter_closure(day=date(2026, 10, 20), warning="gale", actor=bo)
    at(date(2026, 11, 2))
    drawn = reveal_draw(engagement).draw
    assert "2026-10-20" not in drawn["candidates"]
    assert drawn["closures"] == ["2026-10-20"]
    assert set(drawn["days"]) <= set(drawn["candidates"])
    enter_closure(day=date.fromisoformat(drawn["days"][0]), warning="gale", actor=bo)
    assert reveal_draw(engagement).draw == drawn


def test_the_command_repeats_a_draw_and_refuses_what_is_no_seed(at, coin, capsys):
    call_command("draw_day", "--seed", SEED, "--coin", "LRHKD", "--from", "2026-10-01", "--to", "2026-10-31", "--json")
    answer = json.loads(capsys.readouterr().out)
    assert answer == draw_of(SEED, coin="LRHKD", first=FIRST, last=LAST)
    assert answer["period_end"] == "2026-10-30"
    assert "2026-10-30" not in answer["candidates"]
    with pytest.raises(CommandError) as refused:
        call_command("draw_day", "--seed", "zz", "--coin", "LRHKD", "--from", "2026-10-01", "--to", "2026-10-31")
    assert refused.value.returncode == 2


def test_the_command_tells_no_seed_of_an_engagement_before_it_is_revealed(at, coin, amy, capsys):
    engagement = engaged(coin, firm(), amy)
    call_command("draw_day", "--engagement", engagement.reference, "--json")
    printed = capsys.readouterr().out
    assert json.loads(printed) == {
        "engagement": engagement.reference, "commitment": engagement.commitment, "revealed": False,
    }
    assert DrawSeed.objects.get(engagement=engagement).seed not in printed
    at(date(2026, 11, 2))
    reveal_draws()
    call_command("draw_day", "--engagement", engagement.reference, "--json")
    answer = json.loads(capsys.readouterr().out)
    assert (answer["revealed"], answer["holds"]) == (True, True)
