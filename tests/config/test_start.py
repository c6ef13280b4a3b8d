"""What a process has in memory once it has started: nothing that only few of them need."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: Libraries of figures, names and documents: each of them costs megabytes and tenths of a second.
LARGE = ("pandas", "pyarrow", "scipy", "rapidfuzz", "weasyprint", "pyhanko", "openpyxl", "PIL")
STARTED = f"""
import sys
import django
django.setup()
from core.feeds import FEEDS
assert "entries" in FEEDS
print(*(name for name in {LARGE} if name in sys.modules))
"""


def test_a_process_that_only_receives_files_loads_no_large_library():
    answer = subprocess.run([sys.executable, "-c", STARTED], cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout.split() == []
