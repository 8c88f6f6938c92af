"""Files: none is taken. What readers bring, they paste."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadhandler import FileUploadHandler


class NoFiles(FileUploadHandler):
    """Nothing of a file is read or kept. Raises SuspiciousOperation, answered 400."""

    def new_file(self, *_args: Any, **_kwargs: Any) -> None:  # noqa: ANN401  Django's own
        raise SuspiciousOperation("A file was sent, and none is taken here.")
