"""A certificate authority for demonstrations: a root and the certificate that signs documents, on this machine only."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ROOT_NAME = "Assay demonstration root"
SIGNER_NAME = "Assay demonstration signature"
ORGANISATION = "Stablecoin Supervision (demonstration)"
ROOT_YEARS, SIGNER_YEARS = 10, 2
#: A certificate that ends sooner than this is made anew, under the same root.
AHEAD = timedelta(days=60)
ROOT, ROOT_KEY, SIGNER, SIGNER_KEY = "root.pem", "root.key.pem", "signing.pem", "signing.key.pem"


def make_certificates(directory: Path, *, now: datetime) -> bool:
    """Make root and signing certificate in the directory unless they are there and hold on; say whether any was made.

    Keys and directory are this user's alone.
    """
    directory.mkdir(parents=True, exist_ok=True)
    directory.chmod(0o700)
    if _holds(directory, SIGNER, now) and _holds(directory, ROOT, now):
        return False
    if not _holds(directory, ROOT, now):
        _make_root(directory, now)
    root = x509.load_pem_x509_certificate((directory / ROOT).read_bytes())
    root_key = serialization.load_pem_private_key((directory / ROOT_KEY).read_bytes(), None)
    key = ec.generate_private_key(ec.SECP256R1())
    signer = (
        _begun(SIGNER_NAME, key, now, SIGNER_YEARS).issuer_name(root.subject)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_documents=True), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root.public_key()), critical=False)  # type: ignore[arg-type]
        .sign(root_key, hashes.SHA256())  # type: ignore[arg-type]
    )
    _write(directory / SIGNER_KEY, _pem(key))
    chain = signer.public_bytes(serialization.Encoding.PEM) + root.public_bytes(serialization.Encoding.PEM)
    _write(directory / SIGNER, chain)
    return True


def _make_root(directory: Path, now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    made = (
        _begun(ROOT_NAME, key, now, ROOT_YEARS).issuer_name(_name(ROOT_NAME))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_documents=False), critical=True)
        .sign(key, hashes.SHA256())
    )
    _write(directory / ROOT_KEY, _pem(key))
    _write(directory / ROOT, made.public_bytes(serialization.Encoding.PEM))


def _begun(name: str, key: ec.EllipticCurvePrivateKey, now: datetime, years: int) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder().subject_name(_name(name)).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=365 * years))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([
        x509.NameAttribute(NameOID.COUNTRY_NAME, "HK"), x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION),
        x509.NameAttribute(NameOID.COMMON_NAME, common_name),
    ])


def _usage(*, signs_documents: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs_documents, content_commitment=signs_documents, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=not signs_documents, crl_sign=not signs_documents,
        encipher_only=False, decipher_only=False,
    )


def _holds(directory: Path, name: str, now: datetime) -> bool:
    path = directory / name
    key = directory / {ROOT: ROOT_KEY, SIGNER: SIGNER_KEY}[name]
    if not path.exists() or not key.exists():
        return False
    return x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc > now + AHEAD


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def _write(path: Path, content: bytes) -> None:
    """Write a file that nobody else could read for a moment, and that is whole or not there."""
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    beside.replace(path)
