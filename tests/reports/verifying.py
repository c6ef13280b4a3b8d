"""A report that was issued, signed by a certificate made for the tests, and what people may do to such a file."""

from __future__ import annotations

import functools
import io
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from asn1crypto import keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

from core import blobs, clock
from core.access import SYSTEM
from core.canonical import canonical
from core.signed_documents import read_signed
from reports.builders import daily_reserve
from reports.models import ReportRun
from reports.services.documents import document
from reports.services.runs import keep_run
from reports.workflows import REPORT_RUN
from reserves.models import ReserveDay
from reserves.services.result import result_digest
from tests.reports import days

AUTHORITY, STRANGER = "Stablecoin Supervision Reports", "Somebody Else Limited"


@functools.cache
def result() -> dict:
    """The account of a day on which all is met, with its true digest."""
    made = days.met_day()
    return made | {"digest": result_digest(made)}


@functools.cache
def facts() -> dict:
    return daily_reserve.facts(
        result(), issuer_findings=days.ISSUER_FINDINGS, history=days.history(result()["backing_ratio"]),
        judged_at=days.JUDGED_AT, senders={},
    )


@functools.cache
def rendered() -> bytes:
    """The bytes before signing, rendered once for all tests."""
    return document(facts())


@functools.cache
def certified(name: str) -> tuple[signers.SimpleSigner, bytes]:
    """A signer with a certificate of its own, and that certificate as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = x509.KeyUsage(digital_signature=True, content_commitment=True, key_encipherment=False,
                          data_encipherment=False, key_agreement=False, key_cert_sign=True, crl_sign=False,
                          encipher_only=False, decipher_only=False)
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(7).not_valid_before(clock.now() - timedelta(days=400))
        .not_valid_after(clock.now() + timedelta(days=400))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(usage, critical=True).sign(key, hashes.SHA256())
    )
    private = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8,
                                serialization.NoEncryption())
    signer = signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(made.public_bytes(serialization.Encoding.DER)),
        signing_key=keys.PrivateKeyInfo.load(private), cert_registry=SimpleCertificateStore(),
    )
    return signer, made.public_bytes(serialization.Encoding.PEM)


@functools.cache
def signed_by(name: str, raw: bytes, field: str = "Signature") -> bytes:
    """The document with one signature added at its end."""
    out = io.BytesIO()
    metadata = signers.PdfSignatureMetadata(field_name=field, subfilter=SigSeedSubFilter.PADES)
    writer = IncrementalPdfFileWriter(io.BytesIO(raw))
    with ThreadPoolExecutor(max_workers=1) as apart:  # a browser's event loop may run in this one
        apart.submit(signers.sign_pdf, writer, metadata, signer=certified(name)[0], output=out).result()
    return out.getvalue()


def signed() -> bytes:
    """The document as it was issued."""
    return signed_by(AUTHORITY, rendered())


@functools.cache
def with_attachment(raw: bytes, content: bytes) -> bytes:
    """The document with another content of its attached file, added at its end."""
    out = io.BytesIO(raw)
    writer = IncrementalPdfFileWriter(out)
    spec = writer.root["/Names"]["/EmbeddedFiles"]["/Names"][1]
    held = spec["/EF"]
    for name in [each for each in ("/F", "/UF") if each in held]:
        ref = held.raw_get(name)
        stream = generic.StreamObject(
            dict_data={generic.pdf_name("/Type"): generic.pdf_name("/EmbeddedFile")}, stream_data=content)
        writer.objects[(ref.generation, ref.idnum)] = stream
    writer.write_in_place()
    return out.getvalue()


def forged_facts(**changed) -> bytes:
    """The facts with another backing ratio, as whoever forges a report would write them."""
    account = facts()["result"] | {"backing_ratio": "2.00000000"}
    return canonical(facts() | {"result": account} | changed)


def trust(settings, folder: Path) -> None:
    """Let the authority's own certificate be the one root that its reports lead to."""
    (folder / "root.pem").write_bytes(certified(AUTHORITY)[1])
    settings.REPORT_TRUST_ROOTS = str(folder)


@functools.cache
def _read(raw: bytes, roots: tuple[str, ...]) -> str:
    return json.dumps(read_signed(raw, roots=roots, moment=clock.now()))


def read_once(raw: bytes, *, roots: Sequence[str], moment: datetime) -> dict:
    """The program that reads a PDF takes most of a second: what several tests show is read once."""
    return json.loads(_read(raw, tuple(roots)))


def issued(coin, *, is_signed: bool = True) -> ReportRun:
    """A report that was frozen, rendered, signed and issued, on a judged day that says the same."""
    account = result()
    ReserveDay.objects.create(
        coin=coin, as_of=date.fromisoformat(account["as_of"]), version=account["version"], result=account,
        digest=account["digest"], status=ReserveDay.Status.JUDGED, judged_at=datetime.now(UTC), verdict="met",
    )
    key = {"kind": ReportRun.Kind.DAILY_RESERVE, "subject": account["coin"],
           "as_of": date.fromisoformat(account["as_of"]), "version": account["version"]}
    run = keep_run(key, facts, owner=coin.issuer.organisation, actor=SYSTEM)
    row = run.documents.get()
    row.rendered, row.rendered_at = blobs.store_blob(rendered()), clock.now()
    if is_signed:
        row.signed, row.signed_at = blobs.store_blob(signed()), clock.now()
    row.save()
    run.document_id, run.rendered_at = row.given_id, row.rendered_at
    run.save()
    run = REPORT_RUN.apply(run, "render", actor=SYSTEM)
    run.refresh_from_db()
    return run


def replaced(run: ReportRun) -> ReportRun:
    """A later version of the report, which withdraws it."""
    key = {"kind": run.kind, "subject": run.subject, "as_of": run.as_of, "version": run.version + 1}
    later = run.facts | {"reference": f"{run.reference[:-1]}{run.version + 1}"}
    made = keep_run(key, lambda: later, owner=run.owner, actor=SYSTEM)
    run.refresh_from_db()
    return made
