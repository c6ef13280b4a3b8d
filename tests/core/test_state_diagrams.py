"""The diagrams in the README are those of the tables."""

import pytest
from django.core.management import CommandError, call_command

from core.management.commands import state_diagrams
from core.workflow import Workflow


def test_the_readme_shows_every_lifecycle_as_its_table_is():
    call_command("state_diagrams", "--check", "--json")


def test_every_lifecycle_of_the_platform_is_known(capsys):
    call_command("state_diagrams")
    drawn = capsys.readouterr().out
    for name in ("application", "breach", "licence", "proposal", "case", "reserve day", "report run", "consent"):
        assert f"<summary>{name}</summary>" in drawn
    assert drawn.count("stateDiagram-v2") == len(Workflow.ALL)


def test_a_stale_diagram_is_refused_until_it_is_written(tmp_path, monkeypatch, capsys):
    readme = tmp_path / "README.md"
    readme.write_text("before\n<!-- state diagrams -->\nold\n<!-- end of state diagrams -->\nafter\n")
    monkeypatch.setattr(state_diagrams, "README", readme)
    with pytest.raises(CommandError) as refused:
        call_command("state_diagrams", "--check")
    assert refused.value.returncode == 2
    assert "old" in readme.read_text()
    call_command("state_diagrams", "--write")
    call_command("state_diagrams", "--check")
    text = readme.read_text()
    assert text.startswith("before\n<!-- state diagrams -->\n<details>")
    assert text.endswith("<!-- end of state diagrams -->\nafter\n")
