"""Pages of documents: drawn within limits whatever the document says of itself, and what changed between two."""

from __future__ import annotations

import io
import zlib

import pikepdf
import pytest
from PIL import Image

from core import blobs, pages, pdfreader
from core.textdiff import DELETED, EQUAL, INSERTED, SKIPPED, Run, changed_pages
from tests.issuers.pdfs import pdf_of


@pytest.fixture
def stored(db):
    return lambda raw: blobs.store_blob(raw).sha256


def size_of(png: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(png)) as picture:
        return picture.size


def test_a_page_is_drawn_once_and_kept(stored, settings, monkeypatch):
    sha = stored(pdf_of("First page", "Second page"))
    drawn = pages.page_picture(sha, 2)
    assert size_of(drawn) == (pdfreader.WIDTH, round(pdfreader.WIDTH * 842 / 595))
    monkeypatch.setattr(pages, "_ask_reader", lambda *rest: pytest.fail("it was kept"))
    assert pages.page_picture(sha, 2) == drawn


def test_a_page_that_is_not_there_cannot_be_drawn(stored):
    sha = stored(pdf_of("Only page"))
    for number in (0, 2, -1, 10**9):
        with pytest.raises(pages.Unreadable):
            pages.page_picture(sha, number)


@pytest.mark.parametrize("box", [(14_400, 14_400), (14_400, 3), (3, 14_400), (200_000, 200_000)])
def test_a_page_of_any_size_stays_within_the_pixels(stored, box):
    width, height = size_of(pages.page_picture(stored(pdf_of("Huge", box=box)), 1))
    assert width * height <= pdfreader.MAX_PIXELS * 1.01


def test_what_unpacks_without_end_is_given_up(stored):
    """A picture of 60,000 by 60,000 pixels in a few kilobytes: it is refused or drawn small, and nothing hangs."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        page = document.add_blank_page(page_size=(595, 842))
        bomb = pikepdf.Stream(document, zlib.compress(bytes(60_000 * 60_000 // 8), 1))
        bomb.Type, bomb.Subtype, bomb.Width, bomb.Height = pikepdf.Name.XObject, pikepdf.Name.Image, 60_000, 60_000
        bomb.ColorSpace, bomb.BitsPerComponent, bomb.Filter = pikepdf.Name.DeviceGray, 1, pikepdf.Name.FlateDecode
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=bomb))
        page.Contents = pikepdf.Stream(document, b"q 595 0 0 842 0 0 cm /Im0 Do Q")
        document.save(out)
    sha = stored(out.getvalue())
    try:
        width, height = size_of(pages.page_picture(sha, 1))
    except pages.Unreadable:
        return
    assert width * height <= pdfreader.MAX_PIXELS


@pytest.mark.parametrize("raw", [b"%PDF-1.7", b"%PDF-1.7\n" + b"\x00\xff" * 5000, b"neither", b""])
def test_what_is_no_document_is_unreadable(stored, raw):
    sha = stored(raw)
    with pytest.raises(pages.Unreadable):
        pages.page_picture(sha, 1)
    with pytest.raises(pages.Unreadable):
        pages.page_texts(sha)


def test_a_reader_that_takes_too_long_is_ended(stored, monkeypatch):
    monkeypatch.setattr(pages, "PATIENCE_SECONDS", 0.001)
    with pytest.raises(pages.Unreadable):
        pages.page_picture(stored(pdf_of("Slow")), 1)


def test_a_picture_is_drawn_anew_without_what_was_hidden_in_it(stored):
    out = io.BytesIO()
    Image.new("RGB", (4000, 1000), "white").save(out, "JPEG", comment=b"<script>alert(1)</script>")
    drawn = pages.page_picture(stored(out.getvalue()), 1)
    assert size_of(drawn) == (1240, 310)
    assert b"script" not in drawn


def test_texts_of_pages(stored):
    assert pages.page_texts(stored(pdf_of("Harbour holds 60 %", "The end"))) == ["Harbour holds 60 %", "The end"]


def test_what_changed_on_a_page_stands_among_its_words():
    old = ["Nothing here", "alpha " * 40 + "the cap is 10 million " + "omega " * 40]
    new = ["Nothing here", "alpha " * 40 + "the cap is 25 million " + "omega " * 40]
    (page,) = changed_pages(old, new)
    assert (page.before, page.after) == (2, 2)
    assert [run.kind for run in page.runs] == [SKIPPED, EQUAL, DELETED, INSERTED, EQUAL, SKIPPED]
    assert [run.text for run in page.runs][2:4] == ["10", "25"]


def test_one_word_of_a_page():
    (page,) = changed_pages(["one two three"], ["one 2 three"])
    assert (page.before, page.after) == (1, 1)
    assert page.runs == (Run(EQUAL, "one"), Run(DELETED, "two"), Run(INSERTED, "2"), Run(EQUAL, "three"))


def test_unchanged_words_far_from_a_change_are_left_out():
    text = " ".join(f"w{n}" for n in range(200))
    (page,) = changed_pages([text], [text + " end"])
    assert [run.kind for run in page.runs] == [SKIPPED, EQUAL, INSERTED]
    assert page.runs[1].text.split() == [f"w{n}" for n in range(176, 200)]


def test_pages_that_only_moved_did_not_change():
    changes = changed_pages(["a", "b"], ["new", "a", "b"])
    assert [(page.before, page.after, page.runs) for page in changes] == [(None, 1, (Run(INSERTED, "new"),))]
    gone = changed_pages(["a", "b"], ["b"])
    assert [(page.before, page.after, page.runs) for page in gone] == [(1, None, (Run(DELETED, "a"),))]


def test_chinese_is_compared_by_character():
    (page,) = changed_pages(["上限為一千萬元"], ["上限為二千萬元"])
    assert page.runs == (Run(EQUAL, "上限為"), Run(DELETED, "一"), Run(INSERTED, "二"), Run(EQUAL, "千萬元"))


def test_a_page_too_long_to_compare_is_replaced_whole():
    long = "word " * 7000
    (page,) = changed_pages([long], [long + "end"])
    assert [run.kind for run in page.runs] == [DELETED, INSERTED]
