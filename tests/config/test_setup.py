"""From a bare clone: locks without addresses, assets, translations, system packages, one sentence per obstacle."""

import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from config import assets, system_packages, translations

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", ["requirements-uv.lock", "requirements.lock", "requirements-dev.lock"])
def test_a_python_lock_pins_every_package_by_hash_and_names_no_place(name):
    text = (ROOT / name).read_text()
    requirements = re.findall(r"^[a-z0-9][^\s]*", text, re.MULTILINE)
    assert requirements
    for requirement in re.split(r"\n(?=[a-z0-9])", text.split("\n", 2)[2]):
        assert re.match(r"[a-z0-9-]+(\[[a-z,-]+\])?==[^\s]+", requirement), requirement
        assert "--hash=sha256:" in requirement, requirement
    assert not re.search(r"https?:|file:|--index|--extra-index|--find-links|(^|\s)/", text)


def test_the_npm_lock_pins_every_package_by_hash_and_names_no_place():
    text = (ROOT / "package-lock.json").read_text()
    packages = {name: package for name, package in json.loads(text)["packages"].items() if name}
    assert packages
    assert [name for name, package in packages.items() if not package["integrity"].startswith("sha512-")] == []
    assert not re.search(r"https?:|\"resolved\"", text)


def test_the_front_end_is_built_and_not_built_again():
    assets.build()
    for name in [*assets.COPIES, "govuk.css"]:
        assert (assets.BUILD / name).stat().st_size > 1000, name
    before = (assets.BUILD / "govuk.css").stat().st_mtime_ns
    assert assets.build() is False
    assert (assets.BUILD / "govuk.css").stat().st_mtime_ns == before


def npm_that(tmp_path, monkeypatch, script):
    program = tmp_path / "bin" / "npm"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(assets, "MODULES", tmp_path / "node_modules")


def test_no_network_for_npm_ends_in_one_sentence(tmp_path, monkeypatch):
    npm_that(tmp_path, monkeypatch, "echo 'npm error code ENOTFOUND' >&2; exit 1")
    with pytest.raises(assets.BuildFailed) as failure:
        assets.install_packages()
    assert str(failure.value) == (
        "npm could not fetch the front end's packages (ENOTFOUND): connect this machine to an npm registry "
        "and run `make setup` again."
    )
    assert not (tmp_path / "node_modules" / ".installed").exists()


def test_without_npm_on_the_machine_the_wheel_brings_it(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    command, environment = assets.npm()
    done = subprocess.run([*command, "--version"], env=environment, capture_output=True, text=True)
    assert re.fullmatch(r"\d+\.\d+\.\d+\n", done.stdout)


def test_translations_are_compiled_once_and_without_doubtful_entries(tmp_path):
    source = tmp_path / "zh_Hant" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    source.write_text(head + 'msgid "Reserve"\nmsgstr "儲備"\n\n#, fuzzy\nmsgid "Reverse"\nmsgstr "儲備"\n')

    assert translations.compile_all(tmp_path) == [source.with_suffix(".mo")]
    assert translations.compile_all(tmp_path) == []

    import gettext

    with source.with_suffix(".mo").open("rb") as compiled:
        catalogue = gettext.GNUTranslations(compiled)
    assert (catalogue.gettext("Reserve"), catalogue.gettext("Reverse")) == ("儲備", "Reverse")


def test_a_missing_library_is_named_where_nothing_may_be_installed(monkeypatch):
    monkeypatch.setattr(system_packages, "LIBRARIES", {"libno-such-thing.so.0": "libno-such-thing0"})
    monkeypatch.setattr(system_packages, "_apt_prefix", lambda: None)
    assert system_packages.missing() == ["libno-such-thing0"]
    with pytest.raises(system_packages.PackagesMissing) as refusal:
        system_packages.install(["libno-such-thing0", "libother1"])
    assert str(refusal.value) == (
        "Install these system packages and run make again: libno-such-thing0 libother1 "
        "(as root: apt-get install libno-such-thing0 libother1)."
    )


def test_apt_that_fails_is_quoted_in_one_sentence(tmp_path, monkeypatch):
    program = tmp_path / "apt-get"
    program.write_text("#!/bin/sh\necho 'E: Unable to locate package libother1' >&2\nexit 100\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(system_packages, "_apt_prefix", list)
    with pytest.raises(system_packages.PackagesMissing) as refusal:
        system_packages.install(["libother1"])
    assert str(refusal.value) == (
        "Install these system packages and run make again: libother1 "
        "(apt-get could not: E: Unable to locate package libother1)."
    )


@pytest.fixture
def bare(tmp_path):
    for name in ("Makefile", "requirements-uv.lock", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def make(directory, *arguments, **extra):
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_", "MAKE"))}
    return subprocess.run(
        ["make", *arguments], cwd=directory, env=environment | extra, capture_output=True, text=True, timeout=120
    )


def test_an_old_python_is_refused_in_one_sentence(bare):
    old = bare / "old-python"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = make(bare, "setup", f"PYTHON={old}")
    assert done.returncode == 2
    assert done.stdout == "Assay needs Python 3.11 or newer: install it, or name it with make PYTHON=/path/to/python.\n"
    assert not (bare / ".venv").exists()


def test_no_network_for_pip_ends_in_one_sentence(bare):
    closed = {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_RETRIES": "0", "PIP_CONFIG_FILE": "/dev/null"}
    done = make(bare, "setup", **closed)
    assert done.returncode == 2
    assert (
        done.stdout == "pip could not install uv: connect this machine to a Python package index and run make again.\n"
    )
    assert not (bare / ".venv" / ".uv").exists()


def test_a_second_setup_is_over_at_once():
    make(ROOT, "setup")
    started = time.monotonic()
    done = make(ROOT, "setup")
    assert (done.returncode, done.stdout) == (0, "")
    assert time.monotonic() - started < 2
