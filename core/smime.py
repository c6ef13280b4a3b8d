"""S/MIME: whether a certificate serves to encrypt mail to somebody, and the mail encrypted for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers import algorithms
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import ExtendedKeyUsageOID
from django.utils.translation import gettext as _

from core.errors import Refused

MAX_BYTES = 64_000
#: Less can be broken; the figure is NIST SP 800-57's, not the law's.
LEAST_KEY_BITS = 2048


@dataclass(frozen=True)
class Read:
    """What the platform keeps of a certificate."""

    pem: str
    fingerprint: str
    subject: str
    not_before: datetime
    not_after: datetime


def read_certificate(raw: bytes, *, email: str, now: datetime) -> Read:
    """Return the certificate, if mail to the address can be encrypted for it.

    Raises:
        Refused: it is none, is not valid now, is for another address or for another purpose; all reasons together.
    """
    certificate = _parsed(raw)
    if reasons := [*_unfit(certificate), *_not_valid(certificate, now), *_not_theirs(certificate, email)]:
        raise Refused(" ".join(reasons), code="certificate")
    return Read(
        pem=certificate.public_bytes(Encoding.PEM).decode(),
        fingerprint=certificate.fingerprint(SHA256()).hex(),
        subject=certificate.subject.rfc4514_string()[:300],
        not_before=certificate.not_valid_before_utc, not_after=certificate.not_valid_after_utc,
    )


def encrypted(content: bytes, pem: str) -> bytes:
    """Return the entity (headers and body) encrypted for the certificate: AES-256, headers and body of a new one."""
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(content).add_recipient(x509.load_pem_x509_certificate(pem.encode()))
    builder = builder.set_content_encryption_algorithm(algorithms.AES256)
    return builder.encrypt(Encoding.SMIME, [pkcs7.PKCS7Options.Binary]).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _parsed(raw: bytes) -> x509.Certificate:
    if len(raw) > MAX_BYTES:
        raise Refused(_("The file is too large for a certificate."), code="certificate")
    if b"PRIVATE KEY" in raw:
        raise Refused(
            _("The file holds a private key. Keep that to yourself, replace it, and send the certificate alone."),
            code="private_key",
        )
    try:
        certificate = (x509.load_pem_x509_certificate if b"-----BEGIN" in raw else x509.load_der_x509_certificate)(raw)
        # What is read later has to be readable now: the library decodes extensions and keys only when asked.
        certificate.extensions, certificate.public_key()
    except (ValueError, TypeError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType, UnsupportedAlgorithm):
        raise Refused(_("The file is not a certificate (X.509, as PEM or DER)."), code="certificate")
    return certificate


def _unfit(certificate: x509.Certificate) -> list[str]:
    reasons = []
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        reasons.append(_("Its key is not an RSA key, and mail can be encrypted only for those."))
    elif key.key_size < LEAST_KEY_BITS:
        reasons.append(_("Its key has %(bits)s bits; at least %(least)s are needed.")
                       % {"bits": key.key_size, "least": LEAST_KEY_BITS})
    usage, purposes = _extension(certificate, x509.KeyUsage), _extension(certificate, x509.ExtendedKeyUsage)
    if usage is not None and not usage.key_encipherment:
        reasons.append(_("Its key usage does not allow that keys are encrypted with it."))
    allowed = {ExtendedKeyUsageOID.EMAIL_PROTECTION, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}
    if purposes is not None and not allowed & set(purposes):
        reasons.append(_("It is not made for e-mail."))
    return reasons


def _not_valid(certificate: x509.Certificate, now: datetime) -> list[str]:
    if certificate.not_valid_after_utc <= now:
        return [_("It ended on %(day)s.") % {"day": certificate.not_valid_after_utc.date().isoformat()}]
    if certificate.not_valid_before_utc > now:
        return [_("It is valid only from %(day)s on.") % {"day": certificate.not_valid_before_utc.date().isoformat()}]
    return []


def _not_theirs(certificate: x509.Certificate, email: str) -> list[str]:
    alternative = _extension(certificate, x509.SubjectAlternativeName)
    named = alternative.get_values_for_type(x509.RFC822Name) if alternative else []
    named += [str(each.value) for each in certificate.subject.get_attributes_for_oid(x509.NameOID.EMAIL_ADDRESS)]
    if email.lower() in [each.lower() for each in named]:
        return []
    if not named:
        return [_("It names no e-mail address; yours is %(email)s.") % {"email": email}]
    return [_("It is for %(named)s, and your address is %(email)s.") % {"named": ", ".join(named), "email": email}]


def _extension(certificate: x509.Certificate, kind):
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
