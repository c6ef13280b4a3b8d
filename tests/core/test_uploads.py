"""A document is what its name says, whole and of a sound size, or it is refused with its sentence."""

import io
import zipfile

import pikepdf
import pytest
from PIL import Image

from core.errors import Refused
from core.uploads import MEDIA_TYPES, check_document


def pdf(pages: int = 2, **options) -> bytes:
    document, out = pikepdf.new(), io.BytesIO()
    for _ in range(pages):
        document.add_blank_page()
    document.save(out, **options)
    return out.getvalue()


def office(part: str, **more: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(part, "<document/>")
        for name, content in more.items():
            archive.writestr(name, content)
    return out.getvalue()


def picture(form: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, form)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "raw", "pages"),
    [
        ("plan.pdf", pdf(3), 3),
        ("plan.docx", office("word/document.xml"), None),
        ("budget.xlsx", office("xl/workbook.xml"), None),
        ("chart.png", picture("PNG"), None),
        ("scan.JPG", picture("JPEG"), None),
    ],
)
def test_an_accepted_document(name, raw, pages):
    checked = check_document(raw, name)
    assert (checked.filename, checked.page_count, checked.raw) == (name, pages, raw)
    assert checked.media_type in MEDIA_TYPES.values()


@pytest.mark.parametrize(
    ("name", "raw", "code", "sentence"),
    [
        ("plan.pdf", b"", "empty_file", "“plan.pdf” is empty."),
        ("plan.exe", b"MZ", "unknown_file_type",
         "“plan.exe” is of a kind that is not accepted. Send PDF, Word (.docx), Excel (.xlsx), PNG or JPEG."),
        ("plan.pdf", b"MZ\x00", "not_what_name_says",
         "“plan.pdf” is damaged, or is not the kind of file that its name says. Save it again and send that."),
        ("plan.pdf", b"%PDF-1.7 and nothing else", "not_what_name_says", None),
        ("plan.docx", office("xl/workbook.xml"), "not_what_name_says", None),
        ("plan.docx", b"PK\x03\x04 torn", "not_what_name_says", None),
        ("chart.png", picture("JPEG"), "not_what_name_says", None),
        ("plan.docx", office("word/document.xml", **{"word/vbaProject.bin": b"x"}), "macros",
         "“plan.docx” holds macros. Save it without them."),
        ("plan.pdf", pdf(encryption=pikepdf.Encryption(user="u", owner="o")), "encrypted_file",
         "“plan.pdf” is protected with a password. Remove it; the connection itself is encrypted."),
    ],
)
def test_a_refused_document(name, raw, code, sentence):
    with pytest.raises(Refused) as refused:
        check_document(raw, name)
    assert refused.value.code == code
    if sentence:
        assert str(refused.value) == sentence


def test_a_document_over_the_limit_is_refused(settings):
    settings.DOCUMENT_MAX_BYTES = 1_000_000
    with pytest.raises(Refused, match="“plan.pdf” is larger than 1 MB") as refused:
        check_document(b"%PDF-" + b"0" * 1_000_000, "plan.pdf")
    assert refused.value.code == "too_large"


def test_a_bomb_is_refused_unopened(settings):
    settings.DOCUMENT_MAX_BYTES = 100_000
    bomb = office("word/document.xml", **{"word/zeros": b"0" * 2_000_000})
    assert len(bomb) < 10_000
    with pytest.raises(Refused) as refused:
        check_document(bomb, "plan.docx")
    assert refused.value.code == "zip_bomb"


def test_a_name_keeps_its_last_part_without_what_cannot_be_shown():
    assert check_document(pdf(), "../../etc/plan\x07.pdf").filename == "plan.pdf"
    assert check_document(pdf(), "C:\\files\\計劃.pdf").filename == "計劃.pdf"
