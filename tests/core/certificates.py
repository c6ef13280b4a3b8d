"""Certificates for S/MIME as a person might hold them, with the key that opens what is encrypted for them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def certificate(email: str = "bo@monetary-authority.example", *, key=KEY, days: tuple[int, int] = (-1, 365),
                purposes=(ExtendedKeyUsageOID.EMAIL_PROTECTION,), encipherment: bool = True) -> x509.Certificate:
    now = datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Bo Chan")])
    builder = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0])).not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.KeyUsage(True, False, encipherment, False, False, False, False, False, False), True)
        .add_extension(x509.ExtendedKeyUsage(purposes), False)
    )
    if email:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.RFC822Name(email)]), False)
    return builder.sign(key, hashes.SHA256())


def pem(*args, **kwargs) -> bytes:
    return certificate(*args, **kwargs).public_bytes(Encoding.PEM)


def elliptic() -> bytes:
    return pem(key=ec.generate_private_key(ec.SECP256R1()))
