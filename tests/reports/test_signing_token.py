"""A key that never leaves its token: signing through PKCS#11, with SoftHSM where it and python-pkcs11 are installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.x509 import load_pem_x509_certificate

from core import clock
from reports.checks import signing_works
from reports.demo.certificates import ROOT, SIGNER, SIGNER_KEY
from reports.signing_keys import CannotSign, opened_signer
from tests.issuers.pdfs import pdf_of
from tests.reports.signing import certificates, statuses_of

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "246810"

pkcs11 = pytest.importorskip("pkcs11", reason="python-pkcs11 is not installed")
pytestmark = pytest.mark.skipif(
    not MODULE.exists() or shutil.which("softhsm2-util") is None, reason="SoftHSM (softhsm2) is not installed")


@pytest.fixture(scope="module")
def token(tmp_path_factory):
    """A token with the demonstration's key and certificate under one label."""
    place = tmp_path_factory.mktemp("token")
    (place / "tokens").mkdir()
    (place / "softhsm2.conf").write_text(f"directories.tokendir = {place / 'tokens'}\nobjectstore.backend = file\n")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(place / "softhsm2.conf")
    init = ["softhsm2-util", "--init-token", "--free", "--label", "assay", "--pin", PIN, "--so-pin", PIN]
    subprocess.run(init, check=True, capture_output=True)
    subprocess.run(["softhsm2-util", "--import", str(certificates() / SIGNER_KEY), "--token", "assay", "--label",
                    "reports", "--id", "01", "--pin", PIN], check=True, capture_output=True)
    certificate = load_pem_x509_certificate((certificates() / SIGNER).read_bytes())
    with pkcs11.lib(str(MODULE)).get_token(token_label="assay").open(rw=True, user_pin=PIN) as session:
        session.create_object({
            pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE, pkcs11.Attribute.TOKEN: True,
            pkcs11.Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509, pkcs11.Attribute.LABEL: "reports",
            pkcs11.Attribute.ID: b"\x01",
            pkcs11.Attribute.SUBJECT: certificate.subject.public_bytes(),
            pkcs11.Attribute.VALUE: certificate.public_bytes(serialization.Encoding.DER),
        })
    pkcs11.unload(str(MODULE))
    yield
    pkcs11.unload(str(MODULE))
    if before is None:
        del os.environ["SOFTHSM2_CONF"]
    else:
        os.environ["SOFTHSM2_CONF"] = before


@pytest.fixture
def here(token, settings):
    settings.REPORT_SIGNING_PKCS11, settings.REPORT_SIGNING_TOKEN = str(MODULE), "assay"
    settings.REPORT_SIGNING_LABEL, settings.REPORT_SIGNING_PASSPHRASE = "reports", PIN
    settings.REPORT_SIGNING_ROOTS, settings.REPORT_SIGNING_DEMONSTRATION = str(certificates() / ROOT), True


def test_a_key_in_a_token_signs_as_one_in_a_file(here):
    from reports.signing import sign_pdf

    assert signing_works() == []  # after which the module is let go of, and opened anew
    raw = pdf_of("Report")
    with opened_signer() as signer:
        signed = sign_pdf(raw, signer=signer, signed_at=clock.now(), name="Authority", reason="Report", lines="Signed",
                          appearance=None)
    [status] = statuses_of(signed)
    assert signed.startswith(raw)
    assert (status.bottom_line, status.trusted) == (True, True)


@pytest.mark.parametrize(("name", "value", "said"), [
    ("REPORT_SIGNING_PASSPHRASE", "0000", "PinIncorrect"),
    ("REPORT_SIGNING_TOKEN", "other", "cannot be opened"),
    ("REPORT_SIGNING_LABEL", "other", "does not sign with other"),
    ("REPORT_SIGNING_PKCS11", "/nowhere/module.so", "cannot open shared object file"),
])
def test_a_token_that_cannot_be_used_is_an_error_that_says_why(here, settings, name, value, said):
    setattr(settings, name, value)
    [error] = signing_works()
    assert said in error.msg
    with pytest.raises(CannotSign):
        opened_signer().__enter__()
