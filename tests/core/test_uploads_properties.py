"""Whatever bytes come under whatever name: a document, or a sentence, and never another error, nor much memory or time."""

from __future__ import annotations

import io
import resource
import struct
import time
import zipfile
import zlib

import pikepdf
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image

from core.errors import Refused
from core.pdfreader import LIGHT_MEMORY, LIGHT_SECONDS, MOST_MEASURED
from core.uploads import MEDIA_TYPES, CheckedFile, RefusedFile, check_document
from tests.core.test_uploads import office, pdf, picture

#: What is opened in a program of its own costs a start each: a few examples; the rest is as cheap as it looks.
FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
MANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SOUND = {
    "plan.pdf": pdf(), "plan.docx": office("word/document.xml"), "plan.xlsx": office("xl/workbook.xml"),
    "plan.png": picture("PNG"), "plan.jpg": picture("JPEG"),
}
PDF_WITH_STREAMS = pdf(object_stream_mode=pikepdf.ObjectStreamMode.generate)


def answered(raw: bytes, name: str) -> str:
    """Return the code of the refusal, "" for a document that is taken."""
    try:
        checked = check_document(raw, name)
    except RefusedFile as refusal:
        return refusal.code if str(refusal).startswith("“") else f"no sentence: {refusal}"
    assert isinstance(checked, CheckedFile)
    assert checked.raw is raw
    return ""


@st.composite
def tampered(draw, sounds: list[bytes]) -> bytes:
    """Bytes of a sound document that were cut, overwritten, repeated, shifted, or put behind something else."""
    raw = bytearray(draw(st.sampled_from(sounds)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(raw)))
        what = draw(st.sampled_from(["cut", "write", "insert", "repeat", "drop", "prefix"]))
        some = draw(st.binary(min_size=1, max_size=8) | st.sampled_from([b"\xff" * 4, b"\x00" * 4, b"%PDF-", b"PK\x05\x06"]))
        if what == "cut":
            del raw[at:]
        elif what == "write":
            raw[at : at + len(some)] = some
        elif what == "insert":
            raw[at:at] = some
        elif what == "repeat":
            raw += raw[at:]
        elif what == "drop":
            del raw[at : at + 16]
        else:
            raw[:0] = some
    return bytes(raw)


@MANY
@given(tampered([SOUND["plan.docx"], SOUND["plan.xlsx"]]), st.sampled_from(["plan.docx", "plan.xlsx"]))
def test_a_tampered_office_file(raw, name):
    answered(raw, name)


@pytest.mark.parametrize("name", ["plan.pdf", "plan.png", "plan.jpg"])
def test_a_tampered_file_that_a_program_of_its_own_opens(name):
    @FEW
    @given(tampered([SOUND[name], PDF_WITH_STREAMS] if name == "plan.pdf" else [SOUND[name]]))
    def answers(raw):
        answered(raw, name)

    answers()


@MANY
@given(st.text(max_size=40), st.sampled_from([".docx", ".DOCX", ".pdf.docx"]))
@example("../../etc/", ".docx")
@example("C:\\files\\", ".docx")
@example("\u202exslx\u202d\u2066 ", ".docx")
@example("a\x00\r\n\x1b[31m", ".docx")
@example("計" * 300, ".docx")
@example("x" * 300, ".docx")
def test_a_name_can_be_shown_and_stored_and_keeps_its_ending(stem, ending):
    name = check_document(SOUND["plan.docx"], stem + ending).filename
    assert len(name) <= 200
    assert name.lower().endswith(".docx")
    assert name.isprintable()
    assert not set(name) & set('/\\\x00\u202e\u2066')


@MANY
@given(st.text(max_size=300))
def test_a_name_of_any_kind_is_answered(name):
    answered(b"any", name)


@pytest.mark.parametrize("name", list(SOUND))
@pytest.mark.parametrize("other", list(SOUND))
def test_a_file_is_what_its_name_says_or_refused(name, other):
    assert answered(SOUND[other], name) == ("" if name == other else "not_what_name_says")


@pytest.mark.parametrize("name", list(SOUND))
def test_half_a_file_is_no_file(name):
    assert answered(SOUND[name][: len(SOUND[name]) // 2], name) == "not_what_name_says"


@pytest.mark.parametrize("before", [SOUND["plan.pdf"], SOUND["plan.png"], b"<script>alert(1)</script>", b"MZ\x90\x00"])
def test_an_archive_behind_something_else_is_no_office_file(before):
    assert answered(before + SOUND["plan.docx"], "plan.docx") == "not_what_name_says"


def test_what_a_password_protects_is_said_to_be():
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500
    assert answered(ole + "EncryptedPackage".encode("utf-16-le"), "plan.docx") == "encrypted_file"
    assert answered(ole, "plan.docx") == "not_what_name_says"
    raw = bytearray(SOUND["plan.docx"])
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    assert answered(bytes(raw), "plan.docx") == "encrypted_file"


@pytest.mark.parametrize("inner", ["word/vbaProject.bin", "word/embeddings/Sheet1.XLSM"])
def test_macros_are_refused_wherever_they_are(inner):
    assert answered(office("word/document.xml", **{inner: b"x"}), "plan.docx") == "macros"


def test_an_archive_within_is_bytes_like_any_other():
    inner = office("word/document.xml", **{"word/zeros": b"0" * 1_000_000})
    assert answered(office("word/document.xml", **{"word/embeddings/inner.zip": inner}), "plan.docx") == ""


def test_a_part_that_lies_about_its_size_is_refused():
    raw = office("word/document.xml", **{"word/zeros": b"0" * 3_000_000})
    assert answered(raw.replace(struct.pack("<L", 3_000_000), struct.pack("<L", 30)), "plan.docx") == "not_what_name_says"


def test_a_part_packed_in_another_way_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("word/document.xml", "<document/>")
    assert answered(out.getvalue(), "plan.docx") == "not_what_name_says"


def test_a_list_of_a_million_parts_is_refused_unread():
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    many = 200_000
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, many % 65536, many % 65536, many * len(entry), 4, 0)
    started = time.process_time()
    assert answered(b"PK\x03\x04" + entry * many + end, "plan.docx") == "zip_bomb"
    assert time.process_time() - started < 1


def cross_reference_bomb(size: int) -> bytes:
    """A PDF whose table of objects unpacks to the size."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1_000_000)) for _ in range(size // 1_000_000)) + packer.flush()
    head = (b"%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"
            b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n")
    table = b"4 0 obj<</Type/XRef/Size 5/W[1 2 1]/Index[0 %d]/Root 1 0 R/Filter/FlateDecode/Length %d>>stream\n"
    return head + table % (size // 4, len(packed)) + packed + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF" % len(head)


def test_a_pdf_that_unpacks_without_end_is_given_up_soon():
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    # What a process is before it becomes the reader, a copy of this one, counts as the reader's.
    ours = max(before.ru_maxrss, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    assert answered(cross_reference_bomb(400_000_000), "plan.pdf") == "not_what_name_says"
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < LIGHT_SECONDS + 1
    assert after.ru_maxrss * 1024 < max(LIGHT_MEMORY, ours * 1024 + 1)


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">L", len(content)) + kind + content + struct.pack(">L", zlib.crc32(kind + content))


def test_a_picture_that_unpacks_without_end_is_answered():
    comment = chunk(b"zTXt", b"note\x00\x00" + zlib.compress(bytes(80_000_000)))
    raw = SOUND["plan.png"]
    assert answered(raw[:33] + comment + raw[33:], "plan.png") in ("", "not_what_name_says")


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_picture_of_too_many_pixels_is_refused_unread(form):
    side = int(MOST_MEASURED**0.5) + 2
    if form == "PNG":
        head = chunk(b"IHDR", struct.pack(">LLBBBBB", side, side, 8, 0, 0, 0, 0))
        raw = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", b"") + chunk(b"IEND", b"")
    else:
        raw = SOUND["plan.jpg"].replace(struct.pack(">HH", 8, 8), struct.pack(">HH", side, side), 1)
    assert answered(raw, f"plan.{form.lower()}") == "zip_bomb"


def test_every_kind_that_is_taken_is_tried_here():
    assert {name.rpartition(".")[2] for name in SOUND} | {"jpeg"} == {ending[1:] for ending in MEDIA_TYPES}
    assert issubclass(RefusedFile, Refused)


def test_a_picture_is_whole():
    out = io.BytesIO()
    Image.new("RGB", (400, 400), "red").save(out, "JPEG")
    assert answered(out.getvalue(), "scan.jpeg") == ""
    assert answered(out.getvalue()[:-300], "scan.jpeg") == "not_what_name_says"
