"""Files: none is taken but a reader's own library and interests, which are read and not kept."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.files.uploadhandler import MemoryFileUploadHandler

TAKING = re.compile(r"/interests/(?:bring|[\w-]+/library)")
MOST_BYTES = 2_500_000
"""Of a form with its files, all of which are held in memory."""


class FewFiles(MemoryFileUploadHandler):
    """Nothing of a file is read or kept anywhere else. Raises SuspiciousOperation, answered 400."""

    def handle_raw_input(
        self,
        input_data: Any,  # noqa: ANN401  Django's own
        META: dict[str, str],  # noqa: N803  Django's own
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        if content_length > MOST_BYTES:
            raise RequestDataTooBig("A form can have 2.5 MB.")
        super().handle_raw_input(input_data, META, content_length, boundary, encoding)

    def new_file(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  Django's own
        if not self.request or not TAKING.fullmatch(self.request.path):
            raise SuspiciousOperation("A file was sent where none is taken.")
        super().new_file(*args, **kwargs)
