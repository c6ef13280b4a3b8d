"""A program of its own that draws a page or reads the text of a document somebody sent.

It runs apart from the server, within limits of memory and time that the operating system keeps, because a document may
be made to exhaust or to break whoever opens it. ``core.pages`` starts it; it knows neither Django nor the database.

    python pdfreader.py draw FILE PAGE   the page as PNG on stdout (a picture's only page is 1)
    python pdfreader.py read FILE        the texts of the pages as a JSON list on stdout
    python pdfreader.py count            the number of pages of the PDF on stdin; exit code 3 if it has a password
    python pdfreader.py measure FORMAT   the number of pixels of the picture on stdin, if it is whole
"""

from __future__ import annotations

import io
import json
import math
import resource
import sys
from typing import TYPE_CHECKING

import pypdfium2

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PIXELS = 2_400_000
#: Pixels across a page: sharp at the width that a page is shown in.
WIDTH = 1240
LONGEST_SIDE = 4_000
MEMORY = 1_500_000_000
SECONDS = 20
#: To count pages, or to measure a picture, a sound file of the largest size that is taken needs a fraction of this.
LIGHT_MEMORY = 600_000_000
LIGHT_SECONDS = 3
LOCKED = 3
MOST_MEASURED = 60_000_000
MAX_PAGES_READ = 400
MAX_CHARACTERS = 40_000  # of a page


def draw(path: str, number: int) -> bytes:
    """Return the page as PNG, of at most ``MAX_PIXELS`` whatever size the file says it has."""
    with open(path, "rb") as file:
        is_pdf = file.read(1024).lstrip().startswith(b"%PDF-")
    picture = _page_of_pdf(path, number) if is_pdf else _picture(path)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=False)
    return out.getvalue()


def _page_of_pdf(path: str, number: int) -> Image:
    document = pypdfium2.PdfDocument(path)
    page = document[number - 1]
    width, height = page.get_size()
    if width < 1 or height < 1:
        raise ValueError("a page without a size")
    scale = min(WIDTH / width, LONGEST_SIDE / height, math.sqrt(MAX_PIXELS / (width * height)))
    # Forms are not started and no script runs: pdfium is asked for the drawing alone.
    return page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")


def _picture(path: str) -> Image:
    """Return the picture drawn anew, so that nothing but its pixels reaches a reader."""
    from PIL import Image  # to count pages, which is done for every file, needs none of it

    with Image.open(path, formats=["PNG", "JPEG"]) as picture:
        picture.draft("RGB", (WIDTH, WIDTH * 2))
        picture.thumbnail((WIDTH, MAX_PIXELS // WIDTH))
        return picture.convert("RGB")


def read(path: str) -> bytes:
    """Return the texts of the pages as JSON, each cut after ``MAX_CHARACTERS``."""
    document = pypdfium2.PdfDocument(path)
    texts = []
    for number in range(min(len(document), MAX_PAGES_READ)):
        page = document[number]
        texts.append(page.get_textpage().get_text_range()[:MAX_CHARACTERS])
        page.close()
    return json.dumps(texts).encode()


def count(raw: bytes) -> bytes:
    """Return the number of pages, in digits."""
    try:
        return str(len(pypdfium2.PdfDocument(raw))).encode()
    except pypdfium2.PdfiumError as error:
        sys.exit(LOCKED if "password" in str(error).lower() else 1)


def measure(raw: bytes, form: str) -> bytes:
    """Return the number of pixels, in digits, of a picture of the format; of a huge one without reading on."""
    from PIL import Image

    with Image.open(io.BytesIO(raw), formats=[form]) as picture:
        pixels = picture.width * picture.height
        if pixels <= MOST_MEASURED and form == "JPEG":  # it has no sums to verify: it is read to its end, reduced
            picture.draft("L", (1, 1))
            picture.load()
        elif pixels <= MOST_MEASURED:
            picture.verify()
        return str(pixels).encode()


def limit(memory: int, seconds: int) -> None:
    """Let the operating system end this program before it takes more."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(command: str, *rest: str) -> None:
    if command in ("count", "measure"):
        limit(LIGHT_MEMORY, LIGHT_SECONDS)
        raw = sys.stdin.buffer.read()
        answer = count(raw) if command == "count" else measure(raw, *rest)
    else:
        limit(MEMORY, SECONDS)
        answer = draw(rest[0], int(rest[1])) if command == "draw" else read(rest[0])
    sys.stdout.buffer.write(answer)


if __name__ == "__main__":
    main(*sys.argv[1:])
