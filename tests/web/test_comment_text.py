"""What readers write becomes text, emphasis, links and formulas, and nothing else."""

from __future__ import annotations

from itertools import product

import pytest
from lxml import html as parser

from broadsheet.web.comment_text import TAGS, html

SCHEMES = (
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "JaVa\tscript:alert(1)",
    "java&#10;script:alert(1)",
    "&#106;avascript:alert(1)",
)
FRAMES = (
    "[a]({})",
    "<{}>",
    '<a href="{}">a</a>',
    '[a](<{}> "t")',
    "[a]: {}\n\n[a]",
    "![a]({})",
    '<img src=x onerror="{}">',
    '<svg/onload="{}">',
    "<iframe src='{}'></iframe>",
    '<math href="{}">x</math>',
    "$\\href{{{}}}{{x}}$",
    "$\\text{{<a href={}>x</a>}}$",
    "`{}`",
    "> <form action={}>",
    "<style>@import '{}'</style>",
    "<script>{}</script>",
    '<div style="background:url({})">',
    "<object data='{}'>",
    "<base href='{}'>",
    "<meta http-equiv=refresh content='0;{}'>",
    "- <details open ontoggle={}>",
    "<!--{}-->",
    "<![CDATA[{}]]>",
    "&lt;script&gt;{}&lt;/script&gt;",
    '[a](x "\' onmouseover={} ")',
    "$$<img src=x onerror={}>$$",
    "$x$ <b onclick={}>y</b> $z$",
    "<a\nhref={}>a",
    "<x onfocus={} tabindex=0 autofocus>",
    '$" onmouseover={} x="$',
    '[$" onmouseover={} "$](http://example.org "$x$")',
    '<p title="$x$" {}>',
    "<{}@example.org>",
    "</p></div><script>{}</script>",
    "\\<script\\>{}\\</script\\>",
)
PAYLOADS = [frame.format(scheme) for frame, scheme in product(FRAMES, SCHEMES)]


def test_the_corpus_has_two_hundred_payloads() -> None:
    assert len(set(PAYLOADS)) >= 200


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_that_acts_survives(payload: str) -> None:
    tree = parser.fragment_fromstring(str(html(payload)), create_parent="div")
    mathematics = {inner for found in tree.iter("math") for inner in found.iter()}
    for element in tree.iterdescendants():
        if element in mathematics:
            attributes = set(element.attrib)
            assert not {name for name in attributes if name.startswith("on") or "href" in name}
            continue
        assert element.tag in TAGS | {"span"}
        assert set(element.attrib) <= {"href", "rel", "class"}
        link = element.get("href", "https://")
        assert link.startswith(("http://", "https://", "mailto:"))


def test_markdown_and_formulas_are_set() -> None:
    made = str(html("So **bold** that $x^2$ holds:\n\n> $$y$$\n\n`$5` and \\$6"))
    assert "<strong>bold</strong>" in made
    assert made.count("<math") == 2
    assert "<code>$5</code>" in made
    assert "$6" in made
    assert "<msup>" in made


def test_headings_images_and_html_stay_text() -> None:
    made = str(html("# Big\n\n![seen](https://example.org/a.png) <b>x</b>"))
    assert "<h1" not in made
    assert "<img" not in made
    assert "&lt;b&gt;" in made


def test_links_tell_nothing_and_vouch_for_nothing() -> None:
    assert 'rel="nofollow ugc noopener noreferrer"' in html("[a](https://example.org)")
