"""Every process knows what the database may speak of, whatever the process itself does."""

from __future__ import annotations

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
#: The same after every module of ours was read, whether a process needs it or not.
DECLARED = """
import importlib, pathlib
import django
django.setup()
for package in ("core", "issuers", "reserves", "aml", "reports"):
    for path in pathlib.Path(package).rglob("*.py"):
        if "migrations" not in path.parts:
            importlib.import_module(".".join(path.with_suffix("").parts).removesuffix(".__init__"))
from core.audit import VERBS
print(*sorted(VERBS), sep="\\n")
"""


def verbs(program: str) -> set[str]:
    answer = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(answer.stdout.split())


def test_a_web_server_can_word_every_act_that_a_worker_records():
    declared = verbs(DECLARED)
    assert len(declared) > 100
    assert declared - verbs(ASKED) == set()
