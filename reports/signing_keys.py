"""What this place signs with: a key in a file or in a token, named by the settings ``REPORT_SIGNING_*``, or nothing."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _

from core import clock
from core.errors import Refused

# What opens keys is large, and most processes never sign: it waits for one that does.
if TYPE_CHECKING:
    from pyhanko.sign.signers import Signer

#: The word by which certificates of demonstrations are known; it stands in their names.
DEMONSTRATION = "demonstration"


class CannotSign(Refused):
    """A key is named and cannot be used; the message says why, in one sentence."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, code="cannot_sign")


def is_configured() -> bool:
    """Whether this place signs its documents."""
    return bool(settings.REPORT_SIGNING_KEY or settings.REPORT_SIGNING_PKCS11)


def problems() -> list[str]:
    """Return why the key that is named cannot be used now, if one is; the token is opened to see."""
    if not is_configured():
        return []
    try:
        if settings.REPORT_SIGNING_PKCS11:
            with opened_signer():
                return []
        _require_use(_key_in_file(Path(settings.REPORT_SIGNING_KEY))[1])
    except CannotSign as error:
        return [str(error)]
    finally:
        _forget_module()
    return []


def signer_name(certificate: Any) -> str:
    """Return whom a certificate is made out to."""
    subject = certificate.subject.native
    return subject.get("common_name") or subject.get("organization_name") or certificate.subject.human_friendly


def is_demonstration(certificate: Any) -> bool:
    """Whether a certificate, or who issued it, is called a demonstration's."""
    named = f"{certificate.subject.human_friendly} {certificate.issuer.human_friendly}"
    return DEMONSTRATION in named.lower()


@contextmanager
def opened_signer() -> Iterator[Signer]:
    """Give what signs, for as long as the block runs.

    Raises:
        CannotSign: no key is named, or it cannot be opened, or its certificate does not hold today or here.
    """
    if settings.REPORT_SIGNING_KEY and settings.REPORT_SIGNING_PKCS11:
        raise CannotSign(_("Name one key: REPORT_SIGNING_KEY or REPORT_SIGNING_PKCS11, not both."))
    if settings.REPORT_SIGNING_PKCS11:
        with _from_token() as signer:
            _require_use(signer.signing_cert)
            yield signer
    elif settings.REPORT_SIGNING_KEY:
        signer = _from_file(Path(settings.REPORT_SIGNING_KEY))
        _require_use(signer.signing_cert)
        yield signer
    else:
        raise CannotSign(_("No key is named: set REPORT_SIGNING_KEY or REPORT_SIGNING_PKCS11."))


def _require_use(certificate: Any) -> None:
    said = {"name": signer_name(certificate), "today": clock.today().isoformat(),
            "first": certificate.not_valid_before.date().isoformat(),
            "last": certificate.not_valid_after.date().isoformat()}
    if not certificate.not_valid_before <= clock.now() <= certificate.not_valid_after:
        raise CannotSign(
            _("The certificate %(name)s holds from %(first)s until %(last)s, and today is %(today)s.") % said)
    usage = certificate.key_usage_value
    if usage is not None and not {"digital_signature", "non_repudiation"} & usage.native:
        raise CannotSign(_("The certificate %(name)s is not one to sign with.") % said)
    if is_demonstration(certificate) and not settings.REPORT_SIGNING_DEMONSTRATION:
        raise CannotSign(_("The certificate %(name)s signs in a demonstration only.") % said)


def _key_in_file(path: Path) -> tuple[Any, Any, list[Any]]:
    """Return key, its certificate and all certificates: PKCS#12 holds them itself, PEM has them in another file."""
    from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12

    passphrase = settings.REPORT_SIGNING_PASSPHRASE.encode() or None
    try:
        raw = path.read_bytes()
        certificates = _certificates()
        if b"-----BEGIN" in raw:
            key: Any = load_pem_private_key(raw, passphrase)
        else:
            bundle = pkcs12.load_pkcs12(raw, passphrase)
            inside = [_asn1(each.certificate) for each in (bundle.cert, *bundle.additional_certs) if each]
            key, certificates = bundle.key, inside + certificates
    except OSError as error:
        raise CannotSign(_("%(file)s cannot be read: %(reason)s.") % {
            "file": error.filename or path, "reason": error.strerror})
    except (ValueError, TypeError):
        raise CannotSign(
            _("The key in %(file)s cannot be opened: is REPORT_SIGNING_PASSPHRASE the right one?") % {"file": path})
    own = next((each for each in certificates if key is not None and _belongs(each, key)), None)
    if own is None:
        raise CannotSign(
            _("No certificate belongs to the key in %(file)s: name it in REPORT_SIGNING_CERTIFICATES.")
            % {"file": path})
    return key, own, certificates


def _from_file(path: Path) -> Signer:
    from asn1crypto import keys
    from cryptography.hazmat.primitives import serialization
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    key, own, certificates = _key_in_file(path)
    private = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return SimpleSigner(
        signing_cert=own, signing_key=keys.PrivateKeyInfo.load(private),
        cert_registry=SimpleCertificateStore.from_certs(certificates),
    )


def _belongs(certificate: Any, key: Any) -> bool:
    from cryptography import x509

    return x509.load_der_x509_certificate(certificate.dump()).public_key() == key.public_key()


def _certificates() -> list[Any]:
    """Return the certificates of REPORT_SIGNING_CERTIFICATES (PEM), if it is set."""
    from asn1crypto import pem, x509

    place = settings.REPORT_SIGNING_CERTIFICATES
    if not place:
        return []
    found = pem.unarmor(Path(place).read_bytes(), multiple=True)
    return [x509.Certificate.load(der) for kind, _headers, der in found if kind == "CERTIFICATE"]


def _asn1(certificate: Any) -> Any:
    from asn1crypto import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    return x509.Certificate.load(certificate.public_bytes(Encoding.DER))


@contextmanager
def _from_token() -> Iterator[Signer]:
    """Give the signer of a key in a token (PKCS#11), with the token open."""
    if importlib.util.find_spec("pkcs11") is None:
        raise CannotSign(_(
            "REPORT_SIGNING_PKCS11 names a token, and the package python-pkcs11 that opens tokens is not installed."))
    from pkcs11 import PKCS11Error
    from pyhanko.config.pkcs11 import PKCS11SignatureConfig, TokenCriteria
    from pyhanko.sign.general import SigningError
    from pyhanko.sign.pkcs11 import PKCS11SigningContext

    module, label, token = settings.REPORT_SIGNING_PKCS11, settings.REPORT_SIGNING_LABEL, settings.REPORT_SIGNING_TOKEN
    said = {"token": token or module, "label": label}
    try:
        certificates = _certificates()
    except OSError as error:
        raise CannotSign(_("%(file)s cannot be read: %(reason)s.") % {
            "file": error.filename, "reason": error.strerror})
    context = PKCS11SigningContext(PKCS11SignatureConfig(
        module_path=module, token_criteria=TokenCriteria(label=token) if token else None,
        cert_label=None if certificates else label, key_label=label, other_certs=certificates,
        signing_certificate=certificates[0] if certificates else None,
        user_pin=settings.REPORT_SIGNING_PASSPHRASE or None,
    ))
    try:
        signer = context.__enter__()
    except (PKCS11Error, SigningError) as error:
        raise CannotSign(_("The token %(token)s cannot be opened: %(reason)s.") % (said | {
            "reason": _reason(error)}))
    try:
        # Looks for key and certificate now; not every token hashes for a key on a curve, so here that is ours to do.
        signer.use_raw_mechanism = signer.signing_cert.public_key.algorithm == "ec"
        yield signer
    except (PKCS11Error, SigningError) as error:
        raise CannotSign(_("The token %(token)s does not sign with %(label)s: %(reason)s.") % (said | {
            "reason": _reason(error)}))
    finally:
        context.__exit__(None, None, None)


def _reason(error: Exception) -> str:
    """What a library says of its failure, without the full stop."""
    return str(error).rstrip(" .") or type(error).__name__


def _forget_module() -> None:
    """Let go of the token's module: a process that is forked after this has to open it anew."""
    if settings.REPORT_SIGNING_PKCS11 and importlib.util.find_spec("pkcs11") is not None:
        import pkcs11

        pkcs11.unload(settings.REPORT_SIGNING_PKCS11)
