"""A feed of 50 papers: what we write with lxml against Django's writer and feedgen, in one run.

    python -m bench.syndication [--rounds 40]

Each makes an Atom feed of the same 50 entries; feedgen is left out where it is not installed. Then
the whole of ours from prepared papers, typesetting included, in each format. CPU milliseconds.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import os
import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

ABSTRACT = (
    "Rivers bend their banks where $x_i^2 + \\alpha < \\beta$ holds & sand is loose. We measure "
    "how far, over two hundred years of maps, and find that they move as $\\mathcal{O}(t)$. "
) * 6


def cpu(work: Callable[[], object], rounds: int) -> float:
    """The median of CPU milliseconds of one call."""
    times = []
    for _ in range(rounds):
        started = time.process_time()
        work()
        times.append((time.process_time() - started) * 1000)
    return statistics.median(times)


def papers() -> list[Any]:
    from broadsheet.papers.models import Paper

    made = []
    for number in range(50):
        paper = Paper(id=number, slug=f"2512.{number:05}", title=f"Rivers {number}: $x^{number}$")
        paper.abstract = f"{ABSTRACT} The {number}th of its kind."
        paper.day = date(2025, 12, 15)
        paper.first_names = [f"Author {letter}" for letter in "ABC"]
        paper.author_count = 3
        paper.category_codes = []
        made.append(paper)
    return made


def with_django(entries: list[tuple[str, str, str]]) -> str:
    from django.utils.feedgenerator import Atom1Feed

    feed = Atom1Feed("Newest", "https://example.org/", "Papers")
    for key, title, html in entries:
        feed.add_item(title, f"https://example.org/{key}", html, unique_id=key, pubdate=MOMENT)
    return str(feed.writeString("utf-8"))


def with_feedgen(entries: list[tuple[str, str, str]]) -> object:
    feed = importlib.import_module("feedgen.feed").FeedGenerator()
    feed.id("https://example.org/")
    feed.title("Newest")
    for key, title, html in entries:
        entry = feed.add_entry(order="append")
        entry.id(key)
        entry.title(title)
        entry.link(href=f"https://example.org/{key}")
        entry.updated(MOMENT)
        entry.content(html, type="html")
    return feed.atom_str()


def with_lxml(entries: list[tuple[str, str, str]]) -> bytes:
    from lxml import etree

    root = etree.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom"})
    for key, title, html in entries:
        entry = etree.SubElement(root, "entry")
        etree.SubElement(entry, "id").text = key
        etree.SubElement(entry, "title").text = title
        etree.SubElement(entry, "updated").text = MOMENT.isoformat()
        etree.SubElement(entry, "link", {"href": f"https://example.org/{key}"})
        etree.SubElement(entry, "content", {"type": "html"}).text = html
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


MOMENT = datetime(2025, 12, 15, tzinfo=UTC)
SITE = "https://example.org"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    rounds = parser.parse_args().rounds
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    from broadsheet.web.syndication import FORMATS, WRITERS, Feed

    entries = [(f"tag:{n}", f"Rivers {n}", f"<p>{ABSTRACT}</p>") for n in range(50)]
    writers: dict[str, Callable[[], object]] = {
        "lxml": lambda: with_lxml(entries),
        "Django's feedgenerator": lambda: with_django(entries),
    }
    if importlib.util.find_spec("feedgen"):
        writers["feedgen"] = lambda: with_feedgen(entries)
    for name, work in writers.items():
        print(f"{name:<24} {cpu(work, rounds):7.2f} ms CPU for 50 entries")
    shown = papers()
    feed = Feed("Newest", "/papers/newest", shown)
    for form in FORMATS:
        milliseconds = cpu(partial(WRITERS[form], feed, SITE, f"{SITE}/papers"), rounds)
        print(f"ours, whole, {form:<11} {milliseconds:7.2f} ms CPU for 50 papers (goal: below 20)")


if __name__ == "__main__":
    main()
