"""Draws the first page of a PDF from standard input as a small PNG on standard output."""

from __future__ import annotations

import io
import resource
import sys

WIDTH = 320
"""Of the picture, in pixels."""
LONGEST = 4
"""Times its width, that a page may be high."""
MEMORY = 1024 * 2**20
SECONDS = 15


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    import pypdfium2

    pdf = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    page = pdf[0]
    width, height = page.get_size()
    if not 0 < height <= LONGEST * width:
        return 1
    image = page.render(scale=WIDTH / width).to_pil().convert("L").quantize(16)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    sys.stdout.buffer.write(out.getvalue())
    return 0


if __name__ == "__main__":
    sys.exit(main())
