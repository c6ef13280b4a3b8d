"""What is checked before the platform runs, and what a report worker refuses to start without."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from core import checks
from core.rulebook import loader
from reports.tasks import refuse_without_fonts


def worker(*queues: str):
    return SimpleNamespace(app=SimpleNamespace(amqp=SimpleNamespace(queues=SimpleNamespace(consume_from=set(queues)))))


def test_a_machine_that_is_set_up_passes():
    assert checks.documents_can_be_written() == []
    assert checks.rulebooks_load() == []


def test_a_missing_font_is_named(monkeypatch):
    monkeypatch.setattr(
        checks.finders, "find", lambda name, real=checks.finders.find: None if "NotoSansHK-400" in name else real(name)
    )
    [error] = checks.documents_can_be_written()
    assert error.id == "core.E002"
    assert "NotoSansHK-400.ttf" in error.msg


def test_a_missing_subsetter_is_named_with_its_package(monkeypatch):
    monkeypatch.setattr(checks, "SUBSETTER", "libnowhere.so.0")
    [error] = checks.documents_can_be_written()
    assert (error.id, error.hint) == ("core.E001", "Install the package libharfbuzz-subset0.")


def test_a_rulebook_that_does_not_load_is_named(monkeypatch):
    monkeypatch.setattr(checks.rulebook, "verify", lambda regime: ["reserve.toml: HK-RES-01 has no citation"])
    assert [error.msg for error in checks.rulebooks_load()] == [
        f"Rulebook {regime}: reserve.toml: HK-RES-01 has no citation" for regime in loader.regimes()
    ]


def test_a_worker_that_takes_reports_refuses_to_start_without_the_subsetter(monkeypatch):
    monkeypatch.setattr(checks, "SUBSETTER", "libnowhere.so.0")
    with pytest.raises(SystemExit, match="libharfbuzz-subset0"):
        refuse_without_fonts(None, worker("intake", "reports"))
    refuse_without_fonts(None, worker("intake", "mail"))
