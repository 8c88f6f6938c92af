"""The picture that stands for a paper where its address is shared: its title, set in type."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from io import BytesIO

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from PIL import Image, ImageDraw, ImageFont
from PIL.ImageFont import FreeTypeFont

from broadsheet.exports import whole
from broadsheet.exports.whole import Whole
from broadsheet.papers import categories
from broadsheet.papers.readable import plain
from broadsheet.web.paper import named

WIDTH, HEIGHT, MARGIN = 1200, 630, 72
PAPER, INK, QUIET, ACCENT = "#fbfbf9", "#16191b", "#565b5f", "#0f5559"
SIZES = range(76, 35, -4)
"""Sizes of the title, the largest that fits is taken."""
TITLE_ROOM = 330
LINE = 1.18
NAMES = 3
DAY = 24 * 3600
VERSION = 1
"""Of the drawing; another number makes every browser ask anew."""

FONTS = {
    "bold": ("DejaVuSerif-Bold.ttf", "NotoSerif-Bold.ttf", "LiberationSerif-Bold.ttf"),
    "text": ("DejaVuSerif.ttf", "NotoSerif-Regular.ttf", "LiberationSerif-Regular.ttf"),
}
"""Fonts of the system, the first that is installed; else the one that Pillow brings."""


def image(request: HttpRequest, slug: str) -> HttpResponseBase:
    words = words_of(whole.load([named(slug).id])[0])
    digest = blake2b(repr((VERSION, settings.SITE_NAME, words)).encode(), digest_size=12)
    etag = f'"{digest.hexdigest()}"'
    response = HttpResponse(content_type="image/png", headers={"ETag": etag})
    response["Cache-Control"] = f"public, max-age={DAY}"
    found = get_conditional_response(request, etag=etag, response=response)
    if found is response:
        response.content = drawn(settings.SITE_NAME, *words)
    return found or response


def words_of(paper: Whole) -> tuple[str, str, str]:
    """What stands on the picture: the line above, the title, the line below."""
    above = categories.name(paper.categories[0]) if paper.categories else paper.organization
    total = max(paper.author_count or 0, len(paper.authors))
    below = ", ".join(paper.authors[:NAMES])
    if paper.authors and total > NAMES:
        below += f" and {total - NAMES} others"
    if paper.published:
        below = f"{below} · {paper.published.year}" if below else str(paper.published.year)
    return clean(above), clean(plain(paper.title)), clean(below)


def clean(text: str) -> str:
    """On one line, without signs that no font draws."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


@lru_cache(maxsize=200)
def drawn(site: str, above: str, title: str, below: str) -> bytes:
    """A PNG of 1200 by 630 pixels."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(picture)
    small = font("text", 30)
    draw.text((MARGIN, 60), site, INK, font("bold", 40))
    draw.line((MARGIN, 122, WIDTH - MARGIN, 122), INK, 4)
    draw.line((MARGIN, 130, WIDTH - MARGIN, 130), INK, 1)
    draw.text((MARGIN, 152), cut(draw, above, small), ACCENT, small)
    face, rows = fitted(draw, title)
    for number, row in enumerate(rows):
        draw.text((MARGIN, 205 + number * int(face.size * LINE)), row, INK, face)
    draw.text((MARGIN, HEIGHT - 78), cut(draw, below, small), QUIET, small)
    out = BytesIO()
    picture.quantize(32).save(out, "PNG", optimize=True)
    return out.getvalue()


def fitted(draw: ImageDraw.ImageDraw, title: str) -> tuple[FreeTypeFont, list[str]]:
    """The largest face in which the title fits, and its lines; the last is cut if none does."""
    for size in SIZES:
        face = font("bold", size)
        rows = wrapped(draw, title, face)
        most = int(TITLE_ROOM / (size * LINE))
        if len(rows) <= most:
            return face, rows
    return face, [*rows[: most - 1], cut(draw, " ".join(rows[most - 1 :]), face)]


def wrapped(draw: ImageDraw.ImageDraw, text: str, face: FreeTypeFont) -> list[str]:
    rows = [""]
    for word in text.split():
        longer = f"{rows[-1]} {word}".strip()
        if draw.textlength(longer, face) <= WIDTH - 2 * MARGIN:
            rows[-1] = longer
        else:
            rows.append(cut(draw, word, face))
    return [row for row in rows if row]


def cut(draw: ImageDraw.ImageDraw, text: str, face: FreeTypeFont) -> str:
    """The text, ended early where it is wider than the picture."""
    if draw.textlength(text, face) <= WIDTH - 2 * MARGIN:
        return text
    while text and draw.textlength(f"{text}…", face) > WIDTH - 2 * MARGIN:
        text = text[: -max(1, len(text) // 20)]
    return f"{text.rstrip()}…"


@lru_cache
def font(face: str, size: int) -> FreeTypeFont:
    for name in FONTS[face]:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    built_in = ImageFont.load_default(size)
    if not isinstance(built_in, FreeTypeFont):
        raise OSError("Pillow was built without FreeType; install its wheel from PyPI")
    return built_in
