"""What log lines say and what they withhold."""

import io
import json
import logging
import logging.config

import pytest
import structlog

from config.logs import logging_config


@pytest.fixture
def lines():
    """Log lines in the form of production; everything as it was afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configuration = logging_config(as_json=True)
    written = configuration["handlers"]["stderr"]["stream"] = io.StringIO()
    logging.config.dictConfig(configuration)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


def test_a_line_is_one_json_object_with_time_level_and_source(lines):
    structlog.get_logger("reserves").info("day judged", coin="LRHKD", day=7)
    logging.getLogger("celery").warning("lost %s", "broker")
    first, second = lines()
    assert first.pop("timestamp").endswith("Z")
    assert first == {"event": "day judged", "level": "info", "logger": "reserves", "coin": "LRHKD", "day": 7}
    assert (second["event"], second["level"], second["logger"]) == ("lost broker", "warning", "celery")


def test_values_that_name_a_person_or_open_a_door_are_withheld(lines):
    structlog.get_logger("core").info("signed in", user_id=3, email="ann@larkrise.example", token="t", ip="10.0.0.1")
    (line,) = lines()
    assert (line["user_id"], line["email"], line["token"], line["ip"]) == (3, *["[withheld]"] * 3)


def test_an_exception_stays_on_one_line_and_shows_no_values(lines):
    password = "in a local variable"
    assert password
    try:
        raise ValueError("two\nlines")
    except ValueError:
        structlog.get_logger("core").exception("failed")
    (line,) = lines()
    assert line["exception"][0]["exc_type"] == "ValueError"
    assert "in a local variable" not in json.dumps(line)
