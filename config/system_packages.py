"""The libraries and programs that no Python or npm package brings: installs them where it may, else names them."""

import ctypes
import os
import shutil
import subprocess
import sys

LIBRARIES = {  # what is loaded -> the Debian package that holds it
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    # Without it a PDF is written all the same, ten times slower, and nobody is told.
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
PROGRAMS_FOR_TESTS = {"chromium": "chromium", "pdftotext": "poppler-utils"}


class PackagesMissing(RuntimeError):
    """Something is missing that could not be installed; the message is one sentence for a person."""


def missing(*, tests: bool = False) -> list[str]:
    """Debian's names of the packages that this machine lacks."""
    names = [package for library, package in LIBRARIES.items() if not _loads(library)]
    if tests:
        names += [package for program, package in PROGRAMS_FOR_TESTS.items() if not shutil.which(program)]
    return names


def install(names: list[str]) -> None:
    """Install with apt as root or with a sudo that asks for no password; raise PackagesMissing otherwise."""
    advice = f"Install these system packages and run make again: {' '.join(names)}"
    prefix = _apt_prefix()
    if prefix is None:
        raise PackagesMissing(f"{advice} (as root: apt-get install {' '.join(names)}).")
    print(f"Installing {' '.join(names)} …", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", *names]):
        done = subprocess.run(
            [*prefix, "apt-get", "-qq", *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise PackagesMissing(f"{advice} (apt-get could not: {reason}).")


def _apt_prefix() -> list[str] | None:
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    allowed = shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0
    return ["sudo", "-n"] if allowed else None


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def main(arguments: list[str]) -> int:
    """``python -m config.system_packages [--tests]``."""
    names = missing(tests="--tests" in arguments)
    if names:
        try:
            install(names)
        except PackagesMissing as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
