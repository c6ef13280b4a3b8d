"""Files of a form on their way in: kept on disk up to the limit, read to the end and dropped beyond it."""

from __future__ import annotations

from django.conf import settings
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class SpoolUpToLimit(TemporaryFileUploadHandler):
    """Keeps no more of a file than shows that it is too large.

    The rest is still read: a browser shows an answer only after it has sent everything, and what else was typed into
    the form may stand after the file. The file says its true size; whoever takes it asks for the size first.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start <= settings.FEED_MAX_BYTES:
            super().receive_data_chunk(raw_data, start)
