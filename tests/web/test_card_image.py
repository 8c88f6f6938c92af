"""The picture of a paper."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from broadsheet.web import card_image
from tests.shelf import make_paper

WHITE = (251, 251, 249)


def picture(png: bytes) -> Image.Image:
    return Image.open(BytesIO(png))


@pytest.mark.django_db
def test_it_is_drawn_once_and_kept_for_a_day(client: Client) -> None:
    make_paper("Rivers", arxiv_id="2401.01234", names=["A"], published=date(2024, 1, 2))
    response = client.get("/papers/2401.01234.png")
    assert response["Content-Type"] == "image/png"
    assert response["Cache-Control"] == "public, max-age=86400"
    assert picture(response.content).size == (1200, 630)
    assert len(response.content) < 60_000
    known = {"If-None-Match": response["ETag"]}
    again = client.get("/papers/2401.01234.png", headers=known)
    assert (again.status_code, again.content) == (304, b"")
    make_paper("Another paper changes nothing")
    assert client.get("/papers/2401.01234.png", headers=known).status_code == 304
    assert client.get("/papers/2401.99999.png").status_code == 404


def test_another_title_is_another_picture() -> None:
    one = card_image.drawn("Site", "Above", "Rivers", "Below")
    assert one == card_image.drawn("Site", "Above", "Rivers", "Below")
    assert one != card_image.drawn("Site", "Above", "Dams", "Below")


@pytest.mark.parametrize(
    "title", ["", "R", "Rivers " * 60, "W" * 500, "A " + "verylongword" * 20, "河流" * 40, "مياه"]
)
def test_no_title_leaves_the_picture(title: str) -> None:
    drawn = picture(card_image.drawn("A site", "Above", title, "Below")).convert("RGB")
    for x in (5, 1195):
        assert {drawn.getpixel((x, y)) for y in range(0, 630, 3)} == {WHITE}
    band = {drawn.getpixel((x, 545)) for x in range(0, 1200, 3)}
    assert band == {WHITE}, "the title ends above the names"


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=300))
def test_whatever_stands_in_it_is_drawn(text: str) -> None:
    clean = card_image.clean(text)
    assert card_image.drawn("Site", clean, clean, clean)


def test_a_long_title_is_set_smaller_and_a_longer_one_cut() -> None:
    draw = ImageDraw.Draw(Image.new("RGB", (1200, 630)))
    short, rows = card_image.fitted(draw, "Rivers")
    assert (short.size, rows) == (76, ["Rivers"])
    small, rows = card_image.fitted(draw, "Rivers and dams " * 40)
    assert small.size == 36
    assert rows[-1].endswith("…")


def test_without_fonts_of_the_system_pillows_own_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card_image, "FONTS", {"bold": ("none.ttf",), "text": ()})
    card_image.font.cache_clear()
    try:
        face = card_image.font("bold", 40)
        assert isinstance(face, ImageFont.FreeTypeFont)
        assert face.getname()[0] == "Aileron"
    finally:
        card_image.font.cache_clear()
