#!/usr/bin/env python3
"""Verifies a report with neither the authority's database nor a network: one file, Python 3.9 or later.

    python3 verify_report.py REPORT.pdf|PACK.zip [--proof PROOF.json] [--digest SHA256] [--head ROOT]
                             [--certificate ROOT.pem] [--json]

It checks the facts that are attached to the report: that they are one JSON text in its canonical form, and that their
SHA-256 is ``--digest`` (as printed on the report's pages: whole, or in the short form of the footer). With the proof
file, which the authority gives to who may read the report, it checks that these very facts were recorded in the audit
log: the event's place in its seal and the seal's place in the log (Merkle trees as in RFC 9162, 2.1), and that the log
is the one with the root ``--head`` that the authority published. With the certificate, and the library pyHanko if it is
installed (pip install pyhanko), it checks the signature too. Nothing is sent anywhere.

Of the ZIP of an evidence pack it checks all that of the index in it, whose facts list every other file, and each of
these: one that was changed, is missing, or is not in the list is named.

Exit 0: everything that was checked holds. Exit 2: something does not. Exit 1: the file or an option cannot be read.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import zipfile
import zlib

MOST = 50_000_000
INDEX, MANIFEST, SUMS = "index.pdf", "manifest.json", "SHA256SUMS"
PACK = "assay.inspection_pack/1"
DAMAGED = (zipfile.BadZipFile, zlib.error, OSError, ValueError, LookupError, EOFError, RuntimeError)
OBJECT = re.compile(rb"(?<![0-9])(\d{1,10}) (\d{1,5}) obj\b")
STREAM = re.compile(rb"stream\r?\n")


def attached_files(raw):
    """Return, by number of their object, the contents of attached files in the order in which they were written."""
    files: dict = {}
    places = list(OBJECT.finditer(raw))
    for here, after in zip(places, [*places[1:], None]):
        part = raw[here.end():after.start() if after else len(raw)]
        begin = STREAM.search(part)
        if not begin or not re.search(rb"/Type\s*/EmbeddedFile\b", part[:begin.start()]):
            continue
        body = part[begin.end():part.rfind(b"endstream")]
        if b"/FlateDecode" in part[:begin.start()]:
            unpacking = zlib.decompressobj()
            body = unpacking.decompress(body, MOST)
        else:
            body = body.rstrip(b"\r\n")
        files.setdefault((int(here[1]), int(here[2])), []).append(body)
    return files


def facts_of(raw):
    """Return the attached facts as they stand now, and whether the file holds earlier ones that were replaced."""
    found, replaced = [], False
    for versions in attached_files(raw).values():
        facts = [each for each in versions if is_facts(each)]
        if facts:
            found.append(facts[-1])
            replaced = replaced or len(versions) > 1
    return found, replaced


def is_facts(content):
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        return False
    return isinstance(data, dict) and str(data.get("schema", "")).startswith("assay.") and "reference" in data


def canonical(data):
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def short(digest):
    return digest[:4] + " " + digest[4:8] + " … " + digest[-4:]


def leaf_hash(data):
    return hashlib.sha256(b"\x00" + data).digest()


def includes(root, leaf, index, size, path):
    """Say whether the path leads from the leaf at the place to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, reached = index, size - 1, leaf
    for each in path:
        if last == 0:
            return False
        if place % 2 or place == last:
            reached = hashlib.sha256(b"\x01" + each + reached).digest()
            while not place % 2 and place:
                place, last = place // 2, last // 2
        else:
            reached = hashlib.sha256(b"\x01" + reached + each).digest()
        place, last = place // 2, last // 2
    return last == 0 and reached == root


def check_facts(raw, stated, answers):
    """Check the attached facts and return their digest and what they say."""
    found, replaced = facts_of(raw)
    if len(found) != 1:
        answers.append(("facts", False, "%d files with the facts of a report are attached." % len(found)))
        return None, {}
    content = found[0]
    digest, data = hashlib.sha256(content).hexdigest(), json.loads(content)
    whole = canonical(data) == content
    answers.append(("facts", whole, "Report %s, facts with SHA-256 %s%s." % (
        data["reference"], digest, "" if whole else ", not in their canonical form")))
    if replaced:
        answers.append(("replaced", False, "The attached facts replaced earlier ones in the same file."))
    if stated is None:
        answers.append(("printed", None, "Compare with the pages, and give what they print as --digest: %s." % digest))
    else:
        same = "".join(stated.lower().split()) in (digest, "".join(short(digest).split()))
        answers.append(("printed", same, "The printed digest is %sthat of the facts." % ("" if same else "not ")))
    return digest, data


def check_proof(proof, digest, data, head, answers):
    """Check that the facts were recorded, that the record is in its seal, and the seal in the log."""
    try:
        inner = proof["proof"]
        event, seal, log = inner["event"], inner["seal"], inner["head"]
        about = (event["verb"] == "reports.run.frozen" and event["data"]["digest"] == digest
                 and event["target_label"] == data.get("reference"))
        in_seal = includes(bytes.fromhex(seal["root"]), leaf_hash(canonical(event)), int(inner["index"]),
                           int(seal["count"]), [bytes.fromhex(each) for each in inner["path"]])
        who = inner.get("who")
        named = who is None or hashlib.sha256(canonical(who)).hexdigest() == event["who"]
        in_log = includes(bytes.fromhex(log["log_root"]), leaf_hash(canonical(seal)), int(seal["number"]) - 1,
                          int(log["number"]), [bytes.fromhex(each) for each in inner["log_path"]])
    except (KeyError, TypeError, ValueError, AttributeError):
        answers.append(("proof", False, "The proof file is not whole."))
        return
    answers.append(("recorded", about, "The proof is %sof these facts." % ("" if about else "not ")))
    answers.append(("seal", in_seal and named, "The record is %sin seal %s of %s." % (
        "" if in_seal and named else "not ", seal["number"], seal["sealed_at"])))
    answers.append(("log", in_log, "The seal is %sin the log of %s seals with root %s." % (
        "" if in_log else "not ", log["number"], log["log_root"])))
    if head is None:
        answers.append(("head", None, "Compare the root with one that the authority published: give it as --head."))
    else:
        same = head.strip().lower() == log["log_root"]
        answers.append(("head", same, "The log has the root that was published." if same else
                        "The log has another root than the one given: ask for a proof that leads to it."))


def check_signature(raw, certificate, answers):
    """Check the signatures with pyHanko, if it is installed."""
    try:
        import io

        from asn1crypto import pem, x509
        from pyhanko.pdf_utils.reader import PdfFileReader
        from pyhanko.sign.validation import validate_pdf_signature
        from pyhanko_certvalidator import ValidationContext
    except ImportError:
        answers.append(("signature", None, "Not checked: pyHanko is not installed (pip install pyhanko)."))
        return
    with open(certificate, "rb") as file:
        roots = [x509.Certificate.load(der) for _kind, _headers, der in pem.unarmor(file.read(), multiple=True)]
    found = list(PdfFileReader(io.BytesIO(raw), strict=False).embedded_regular_signatures)
    if not found:
        answers.append(("signature", False, "The file is not signed."))
    for each in found:
        context = ValidationContext(trust_roots=roots, allow_fetching=False)
        status = validate_pdf_signature(each, context, skip_diff=True)
        name = status.signing_cert.subject.human_friendly
        whole = bool(status.intact and status.valid)
        all_of_it = status.coverage is not None and status.coverage.name == "ENTIRE_FILE"
        answers.append(("signature", whole and bool(status.trusted), "Signed by %s: %s, %s." % (
            name, "whole" if whole else "changed since", "leads to the certificate" if status.trusted else
            "does not lead to the certificate")))
        answers.append(("added", all_of_it, "%s stands after it." % ("Nothing" if all_of_it else "Something")))


def read_member(archive, entry, most):
    """Return the SHA-256 of a file in the archive and the file itself up to ``MOST``; None for what is damaged."""
    digest, kept, size = hashlib.sha256(), [], 0
    try:
        with archive.open(entry) as part:
            for block in iter(lambda: part.read(1 << 20), b""):
                size += len(block)
                if size > most:
                    return None, b""
                digest.update(block)
                if size <= MOST:
                    kept.append(block)
    except DAMAGED:
        return None, b""
    return digest.hexdigest(), b"".join(kept)


def listed_files(data, index):
    """Return digest and size of every file that should be in the archive but the index, which lists them."""
    listed = {each["name"]: (each["sha256"], int(each["size"])) for each in data["members"]}
    facts = canonical(data)
    digests = {name: sha256 for name, (sha256, _size) in listed.items()}
    digests.update({MANIFEST: hashlib.sha256(facts).hexdigest(), INDEX: hashlib.sha256(index).hexdigest()})
    sums = "".join("%s  %s\n" % (digests[name], name) for name in sorted(digests)).encode()
    listed[MANIFEST] = digests[MANIFEST], len(facts)
    listed[SUMS] = hashlib.sha256(sums).hexdigest(), len(sums)
    return listed


def check_members(archive, data, index, answers):
    """Check each file in the archive against the list in the facts of its index."""
    try:
        listed = listed_files(data, index)
    except (KeyError, TypeError, ValueError):
        answers.append(("members", False, "%s is not the index of an evidence pack." % INDEX))
        return
    entries, extra = {}, []
    for entry in archive.infolist():
        if entry.is_dir() and not entry.file_size:
            continue
        if entry.filename in entries or (entry.filename not in listed and entry.filename != INDEX):
            extra.append(entry.filename)
        else:
            entries[entry.filename] = entry
    wrong = [("added", name, "is not in the list") for name in extra]
    for name, (sha256, size) in sorted(listed.items()):
        if name not in entries:
            wrong.append(("missing", name, "is missing"))
        elif read_member(archive, entries[name], size)[0] != sha256:
            wrong.append(("changed", name, "was changed"))
    for state, name, said in wrong:
        answers.append((state, False, "%s %s." % (name, said)))
    good = len(listed) - sum(state != "added" for state, _name, _said in wrong)
    answers.append(("members", not wrong, "%d of %d files beside the index are as it lists them."
                    % (good, len(listed))))


def check_archive(path, asked, proof, answers):
    """Check the index in an archive as any report, and then the other files."""
    try:
        with zipfile.ZipFile(path) as archive:
            first = next((each for each in archive.infolist() if each.filename == INDEX), None)
            index = read_member(archive, first, MOST)[1] if first else b""
            if not index:
                answers.append(("archive", False, "There is no whole %s in this archive." % INDEX))
                return
            data = check_pdf(index, asked, proof, answers)
            if data.get("schema") == PACK:
                check_members(archive, data, index, answers)
            else:
                answers.append(("members", False, "%s is not the index of an evidence pack." % INDEX))
    except zipfile.BadZipFile:
        answers.append(("archive", False, "The archive is damaged."))


def check_pdf(raw, asked, proof, answers):
    """Check one PDF and return the facts that are attached to it."""
    if len(raw) > MOST or not raw[:1024].lstrip().startswith(b"%PDF-"):
        answers.append(("document", False, "The file is not a PDF of a report."))
        return {}
    digest, data = check_facts(raw, asked.digest, answers)
    if digest and proof is not None:
        check_proof(proof, digest, data, asked.head, answers)
    elif digest:
        answers.append(("proof", None, "Not checked: give the proof file of the report as --proof."))
    if digest and asked.certificate:
        check_signature(raw, asked.certificate, answers)
    return data


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Verify a report without the authority's database or a network.")
    parser.add_argument("file", help="the PDF of a report, or the ZIP of an evidence pack")
    parser.add_argument("--proof", help="the proof file (JSON)")
    parser.add_argument("--digest", help="the SHA-256 that the report's pages print")
    parser.add_argument("--head", help="a root of the audit log that the authority published")
    parser.add_argument("--certificate", help="the authority's certificate (PEM)")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    asked = parser.parse_args(arguments)
    answers: list = []
    try:
        with open(asked.file, "rb") as file:
            raw = file.read(MOST + 1)
        proof = None
        if asked.proof:
            with open(asked.proof, encoding="utf-8") as file:
                proof = json.load(file)
        if raw.startswith(b"PK\x03\x04"):
            check_archive(asked.file, asked, proof, answers)
        else:
            data = check_pdf(raw, asked, proof, answers)
            if data.get("schema") == PACK:
                answers.append(("members", None, "%d files are listed: give the ZIP to have each of them checked."
                                % len(data.get("members", ()))))
    except (OSError, ValueError, zlib.error) as error:
        sys.stderr.write("%s\n" % error)
        return 1
    holds = all(holds is not False for _code, holds, _sentence in answers)
    if asked.json:
        checks = [{"code": code, "holds": each, "sentence": sentence} for code, each, sentence in answers]
        print(json.dumps({"holds": holds, "checks": checks}, ensure_ascii=False, indent=1))
    else:
        for _code, each, sentence in answers:
            print("%s %s" % ({True: "+", False: "-", None: "?"}[each], sentence))
    return 0 if holds else 2


if __name__ == "__main__":
    sys.exit(main())
