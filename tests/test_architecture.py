"""The house rules, read off the code: layers, sizes, names, exactness, and that nothing is declared in vain."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("config", "core", "issuers", "reserves", "aml", "reports")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
OWN = [path for path in SOURCES if "migrations" not in path.parts]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
LONGEST_FILE = 400
STATUS_WRITERS = {"core/workflow.py", "core/feeds.py", "core/outbox.py"}
FORBIDDEN_NAMES = re.compile(r"(^|_)(utils?|helpers?|manager|process|handle)(_|$)")
DJANGO_NAMES = {"process_exception", "process_view", "handle"}
SHOWN_BY_DJANGO = {"403.html", "404.html", "500.html"}
# Coordinates of drawings; and the one place that tells a spreadsheet's binary noise from its decimal.
FLOAT_ALLOWED = {"core/charts.py", "core/bars.py", "core/flowdrawing.py", "core/svg.py", "core/storednumbers.py"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    """Return what the file says, read once for all rules; nobody changes it."""
    return ast.parse(path.read_text(encoding="utf-8"))


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)


def test_who_may_import_whom():
    linter = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([linter], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout[-6000:] + result.stderr[-2000:]


def test_ruff_finds_nothing():
    result = run("ruff", "check", "--no-cache", ".")
    assert result.returncode == 0, result.stdout[-6000:]


def test_types_hold():
    result = run("mypy")
    assert result.returncode == 0, result.stdout[-6000:] + result.stderr[-2000:]


def test_models_and_migrations_agree(db):
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_no_file_is_too_long():
    tests = list((ROOT / "tests").rglob("*.py"))
    long = {name_of(path): count for path in [*OWN, *tests, *TEMPLATES]
            if (count := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE}
    assert long == {}


def test_every_module_says_what_belongs_in_it():
    mute = [name_of(path) for path in OWN if path.read_text(encoding="utf-8").strip() and not ast.get_docstring(tree(path))]
    assert mute == []


def test_names_say_what_things_are():
    vague = [name_of(path) for path in OWN if FORBIDDEN_NAMES.search(path.stem)]
    for path in OWN:
        for node in ast.walk(tree(path)):
            named = isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name not in DJANGO_NAMES
            if named and FORBIDDEN_NAMES.search(node.name):
                vague.append(f"{name_of(path)}: {node.name}")
    assert vague == []


def test_status_is_set_in_three_places_only():
    stray = []
    for path in OWN:
        if name_of(path) in STATUS_WRITERS:
            continue
        for node in ast.walk(tree(path)):
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            targets = [leaf for target in targets if target for leaf in ast.walk(target)]
            if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign) and any(
                isinstance(target, ast.Attribute) and target.attr == "status" for target in targets
            ):
                stray.append(f"{name_of(path)}:{node.lineno}")
            updates = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            if updates and node.func.attr == "update" and any(keyword.arg == "status" for keyword in node.keywords):
                stray.append(f"{name_of(path)}:{node.lineno}")
    assert stray == []


def test_no_column_is_a_float():
    floats = [f"{name_of(path)}:{node.lineno}" for path in OWN for node in ast.walk(tree(path))
              if isinstance(node, ast.Attribute) and node.attr == "FloatField"]
    assert floats == []


def test_money_is_never_a_float():
    """``float(`` stands only where a figure becomes a coordinate of a drawing, or a number of seconds."""
    used = set()
    for path in OWN:
        if name_of(path).startswith("aml/matching/"):
            continue  # how alike two names are is no money
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float":
                used.add(name_of(path))
    assert used - FLOAT_ALLOWED <= {"reports/builders/figures.py", "reports/builders/day_page.py", "reports/views/officer.py"}


def test_now_comes_from_one_clock():
    stray = [f"{name_of(path)}:{node.lineno}" for path in OWN if name_of(path) != "core/clock.py"
             for node in ast.walk(tree(path))
             if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
             and (node.func.attr in {"utcnow", "localdate"} or ast.unparse(node.func) in {
                 "timezone.now", "datetime.now", "date.today", "datetime.today"})]
    assert stray == []


def test_no_page_has_inline_style_or_script():
    bad = []
    for path in TEMPLATES:
        if path.parts[-3] == "email" or "email" in path.parts or "pdf" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        if re.search(r'\sstyle="|\son[a-z]+="|<style|<script(?![^>]*\bsrc=)(?![^>]*type="application/json")', text):
            bad.append(name_of(path))
    assert bad == []


def test_every_template_is_reached():
    texts = {path: path.read_text(encoding="utf-8") for path in TEMPLATES}
    python = "\n".join(path.read_text(encoding="utf-8") for path in OWN)
    ours = [path for path in TEMPLATES
            if path.relative_to(ROOT / "templates").parts[0] not in {"account", "allauth", "mfa", "usersessions", "email"}]
    everything = python + "\n".join(texts.values())
    unreached = []
    for path in ours:
        name = path.relative_to(ROOT / "templates").as_posix()
        rest = "/".join(name.split("/")[1:])
        spellings = (name, "{request.resolver_match.namespace}/" + rest, "{site}/" + rest)
        if name not in SHOWN_BY_DJANGO and not any(spelling in everything for spelling in spellings):
            unreached.append(name)
    assert unreached == []


def test_every_check_and_citation_of_the_rulebook_holds():
    from core import rulebook

    assert rulebook.verify("hk") == []


def test_every_move_has_a_permission_and_a_sentence():
    from core.audit import VERBS
    from core.roles import Can
    from core.workflow import Workflow

    for workflow in Workflow.ALL.values():
        for move in workflow.moves.values():
            assert isinstance(move.permission, Can)
            assert VERBS[move.verb].sentence


def test_every_permission_is_somebodys():
    from core.access import System
    from core.roles import ROLES, Can

    granted = set().union(*ROLES.values()) | System.MAY
    assert set(Can) - granted == set()


def test_nothing_names_this_machine_or_a_registry():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    words = re.compile(r"pypi\.org|registry\.npmjs|files\.pythonhosted|deb\.debian|/root/|/work/|/opt/wheels")
    found = []
    for name in filter(None, tracked):
        path = ROOT / name
        if path == Path(__file__) or not path.is_file() or path.suffix in {".woff2", ".ttf", ".png", ".xlsx"}:
            continue
        if words.search(path.read_text(encoding="utf-8", errors="replace")):
            found.append(name)
    assert found == []


@pytest.mark.parametrize("language", ["zh_Hant", "zh_Hans"])
def test_every_string_is_translated(language):
    from babel.messages.pofile import read_po

    with (ROOT / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        catalog = read_po(file)
    missing = [message.id for message in catalog if message.id and (
        "fuzzy" in message.flags or not (all(message.string) if isinstance(message.string, tuple) else message.string))]
    assert missing == []
