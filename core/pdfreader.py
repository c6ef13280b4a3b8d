"""A program of its own that draws a page or reads the text of a document somebody sent.

It runs apart from the server, within limits of memory and time that the operating system keeps, because a document may
be made to exhaust or to break whoever opens it. ``core.pages`` starts it; it knows neither Django nor the database.

    python pdfreader.py draw FILE PAGE   the page as PNG on stdout (a picture's only page is 1)
    python pdfreader.py read FILE        the texts of the pages as a JSON list on stdout
"""

from __future__ import annotations

import io
import json
import math
import resource
import sys

import pypdfium2
from PIL import Image

MAX_PIXELS = 2_400_000
#: Pixels across a page: sharp at the width that a page is shown in.
WIDTH = 1240
LONGEST_SIDE = 4_000
MEMORY = 1_500_000_000
SECONDS = 20
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


def _page_of_pdf(path: str, number: int) -> Image.Image:
    document = pypdfium2.PdfDocument(path)
    page = document[number - 1]
    width, height = page.get_size()
    if width < 1 or height < 1:
        raise ValueError("a page without a size")
    scale = min(WIDTH / width, LONGEST_SIDE / height, math.sqrt(MAX_PIXELS / (width * height)))
    # Forms are not started and no script runs: pdfium is asked for the drawing alone.
    return page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")


def _picture(path: str) -> Image.Image:
    """Return the picture drawn anew, so that nothing but its pixels reaches a reader."""
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


def main(command: str, path: str, *rest: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answer = draw(path, int(rest[0])) if command == "draw" else read(path)
    sys.stdout.buffer.write(answer)


if __name__ == "__main__":
    main(*sys.argv[1:])
