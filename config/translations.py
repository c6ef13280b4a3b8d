"""Compiles locale/*/LC_MESSAGES/django.po into the .mo files that Django reads; needs no gettext on the machine."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def compile_all(root: Path = ROOT / "locale") -> list[Path]:
    """Write every catalogue that is older than its source; return those written. Fuzzy entries are left out."""
    stale = [
        source
        for source in sorted(root.glob("*/LC_MESSAGES/django.po"))
        if not (compiled := source.with_suffix(".mo")).exists() or compiled.stat().st_mtime < source.stat().st_mtime
    ]
    if stale:
        from babel.messages.mofile import write_mo  # deferred: the usual answer is that nothing is stale
        from babel.messages.pofile import read_po

        for source in stale:
            with source.open("rb") as lines:
                catalogue = read_po(lines, abort_invalid=True)
            with source.with_suffix(".mo").open("wb") as out:
                write_mo(out, catalogue)
    return [source.with_suffix(".mo") for source in stale]


if __name__ == "__main__":
    for path in compile_all():
        print(f"Compiled {path.relative_to(ROOT)}.")
    sys.exit(0)
