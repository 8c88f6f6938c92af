"""Files: this site takes none, so none is read, kept or looked into."""

from __future__ import annotations

from typing import Any, NoReturn

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadhandler import FileUploadHandler


class NoFiles(FileUploadHandler):
    def new_file(self, *args: Any, **kwargs: Any) -> NoReturn:  # noqa: ANN401  Django's own
        """Raises SuspiciousOperation, which is answered 400."""
        raise SuspiciousOperation("A file was sent, and this site takes none.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Nothing comes so far."""

    def file_complete(self, file_size: int) -> None:
        """Nor to its end."""
