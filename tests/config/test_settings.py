"""What production refuses, what every page's headers say, what tests keep apart."""

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_",
    "DATABASE_URL": "postgresql://assay@db.example/assay",
    "REDIS_URL": "redis://broker.example:6379",
    "ALLOWED_HOSTS": "assay.example",
    "SITE_URL": "https://assay.example",
    "EMAIL_HOST": "mail.example",
}


def in_production(*arguments, without="", **extra):
    environment = {name: value for name, value in os.environ.items() if name not in PRODUCTION}
    environment |= {"DJANGO_SETTINGS_MODULE": "config.settings.production"} | PRODUCTION | extra
    environment.pop(without, None)
    environment.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # the browser tests of the same run set it
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
    )


@pytest.mark.parametrize("name", sorted(PRODUCTION))
def test_production_does_not_start_without(name):
    done = in_production("-c", "from django.conf import settings; settings.DEBUG", without=name)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith(
        f"Set the environment variable {name}: production has no default for it."
    )


def test_production_passes_djangos_deployment_checks():
    done = in_production("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert (done.returncode, done.stdout) == (0, "System check identified no issues (0 silenced).\n"), done.stderr


def test_every_static_file_that_a_style_sheet_names_exists_and_only_what_browsers_need_is_collected(tmp_path):
    done = in_production("manage.py", "collectstatic", "--no-input", STATIC_ROOT=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "staticfiles.json").exists()
    assert (tmp_path / "build" / "govuk.css").exists()
    assert not (tmp_path / "build" / "fonts").exists()
    assert not (tmp_path / "scss").exists()
    assert not (tmp_path / "css" / "report.css").exists()
    assert not (tmp_path / "css" / "document.css").exists()


def test_a_page_may_load_only_what_we_serve_and_run_nothing_inline(client, db):
    answer = client.get("/en/accounts/login/")
    assert answer.status_code == 200
    directives = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    own = ("script-src", "style-src", "img-src", "font-src", "connect-src", "form-action")
    assert directives == {
        "default-src": "'none'", "frame-ancestors": "'none'", "base-uri": "'none'", **dict.fromkeys(own, "'self'"),
    }
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_health_page_answers_any_host_and_asks_nobody_to_sign_in(client, db):
    answer = client.get("/healthz", headers={"host": "10.1.2.3"})
    assert (answer.status_code, answer.content) == (200, b"ok")


def test_the_suite_has_its_own_database_and_queue():
    name = settings.DATABASES["default"]["NAME"]
    assert name.startswith(settings.TEST_DATABASE)
    assert name != "assay"
    from config import broker, celery

    assert celery.app.conf.broker_url == broker.celery_url(settings.REDIS_URL, broker.TEST_BROKER)
    assert celery.app.conf.broker_transport_options["global_keyprefix"].startswith(settings.TEST_DATABASE)


def test_a_demonstrations_certificates_sign_in_a_demonstration_alone(tmp_path, monkeypatch):
    (tmp_path / "signing.key.pem").touch()
    monkeypatch.setattr("config.certificates.PLACE", tmp_path)
    for name in ("REPORT_SIGNING_KEY", "REPORT_SIGNING_PKCS11", "ASSAY_DEMONSTRATION"):
        monkeypatch.delenv(name, raising=False)

    def key_with(**environment: str) -> str:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return runpy.run_module("config.settings.local")["REPORT_SIGNING_KEY"]

    assert key_with(DEBUG="0") == ""
    assert key_with(DEBUG="0", ASSAY_DEMONSTRATION="1") == str(tmp_path / "signing.key.pem")
    assert key_with(DEBUG="1", ASSAY_DEMONSTRATION="0") == str(tmp_path / "signing.key.pem")


def test_production_says_at_once_that_its_key_cannot_be_used():
    done = in_production("manage.py", "check", "--tag", "signing", REPORT_SIGNING_KEY="/nowhere/signing.p12")
    assert done.returncode == 1
    assert "/nowhere/signing.p12 cannot be read: No such file or directory." in done.stderr
