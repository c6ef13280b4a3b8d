"""Every process knows what the database may speak of, whatever the process itself does."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ASKED = """
import django
django.setup()
import config.urls
from core.audit import VERBS
print(*sorted(VERBS), sep="\\n")
"""


def declared() -> set[str]:
    """Return the verbs that the code declares anywhere."""
    found = set()
    for package in ("core", "issuers", "reserves", "aml", "reports"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.verb":
                    found.add(ast.literal_eval(node.args[0]))
    return found


def test_a_web_server_can_word_every_act_that_a_worker_records():
    known = subprocess.run([sys.executable, "-c", ASKED], cwd=ROOT, capture_output=True, text=True, check=True)
    assert len(declared()) > 20
    assert declared() - set(known.stdout.split()) == set()
