"""What is said of a PDF's signatures: who, whole or not, trusted or not; never more than was checked."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.generic import pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from core.signatures import check_signatures
from reserves.templatetags.attestation import signature_words
from tests.issuers.pdfs import pdf_of

NAME = "Vane & Co Auditors"


@pytest.fixture(scope="module")
def certified() -> tuple[bytes, bytes]:
    """A PDF that a self-made certificate signed, and that certificate as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    usage = x509.KeyUsage(digital_signature=True, content_commitment=True, key_encipherment=False,
                          data_encipherment=False, key_agreement=False, key_cert_sign=True, crl_sign=False,
                          encipher_only=False, decipher_only=False)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(7).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=400))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(usage, critical=True).sign(key, hashes.SHA256())
    )
    private = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8,
                                serialization.NoEncryption())
    signer = signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(made.public_bytes(serialization.Encoding.DER)),
        signing_key=keys.PrivateKeyInfo.load(private), cert_registry=SimpleCertificateStore(),
    )
    out = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf_of("Attestation report")))
    with ThreadPoolExecutor(max_workers=1) as apart:  # a browser's event loop may run in this one
        apart.submit(signers.sign_pdf, writer, signers.PdfSignatureMetadata(field_name="Auditor"), signer=signer,
                     output=out).result()
    return out.getvalue(), made.public_bytes(serialization.Encoding.PEM)


def test_an_unsigned_pdf_is_said_to_be_unsigned():
    checked = check_signatures(pdf_of("Report"))
    assert checked == {"state": "unsigned", "signatures": []}
    assert signature_words(checked) == ["The PDF is not signed digitally."]


def test_a_sound_signature_of_an_unknown_certificate_is_intact_and_not_trusted(certified):
    checked = check_signatures(certified[0])
    (found,) = checked["signatures"]
    assert (checked["state"], found["intact"], found["covers_all"], found["trusted"]) == ("signed", True, True, False)
    assert NAME in found["signer"]
    (said,) = signature_words(checked)
    assert "leads to no root that the authority trusts" in said


def test_a_root_of_the_authoritys_makes_it_trusted(certified, settings, tmp_path):
    (tmp_path / "root.pem").write_bytes(certified[1])
    settings.SIGNATURE_TRUST_ROOTS = str(tmp_path)
    (found,) = check_signatures(certified[0])["signatures"]
    assert (found["intact"], found["trusted"]) == (True, True)


def test_a_changed_byte_breaks_it_whatever_is_trusted(certified, settings, tmp_path):
    (tmp_path / "root.pem").write_bytes(certified[1])
    settings.SIGNATURE_TRUST_ROOTS = str(tmp_path)
    changed = certified[0].replace(b"595", b"596", 1)
    assert changed != certified[0]
    checked = check_signatures(changed)
    (found,) = checked["signatures"]
    assert (found["intact"], found["trusted"]) == (False, False)
    assert "does not hold" in signature_words(checked)[0]


def test_what_is_added_afterwards_is_said(certified):
    out = io.BytesIO(certified[0])
    writer = IncrementalPdfFileWriter(out)
    writer.root["/Lang"] = pdf_string("en")
    writer.update_root()
    writer.write_in_place()
    (found,) = check_signatures(out.getvalue())["signatures"]
    assert (found["intact"], found["covers_all"]) == (True, False)


def test_bytes_that_are_no_pdf_are_unreadable_not_unsigned():
    assert check_signatures(b"not a PDF")["state"] == "unreadable"
