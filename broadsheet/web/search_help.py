"""The help page of search: every example is a link that works."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    text: str
    examples: tuple[tuple[str, str], ...]
    """What to type, and what it finds."""


SECTIONS = (
    Section(
        "Words and sentences",
        "Write words, or say in a sentence what a paper is about. Papers rank higher the more of "
        "the words they have and the nearer they are in meaning; not every word must occur. "
        "Upper and lower case, accents and endings make no difference.",
        (
            ("learning from few examples", "by words and by meaning"),
            ('"state space" models', "has exactly this phrase"),
            ("diffusion -images", "lacks the second word"),
            ('segmentation -"medical images"', "lacks the phrase"),
            ("mamba OR transformer", "has at least one of the words"),
            ('(mamba OR "state space") vision', "a choice among others"),
        ),
    ),
    Section(
        "Authors, titles, abstracts",
        "A name stands before a colon and its value right after. Values of several words go into "
        "quotation marks.",
        (
            ("au:hinton", "has an author of this name"),
            ('au:"geoffrey hinton"', "in either order, with or without an initial between"),
            ('ti:"language models"', "has this in the title"),
            ("abs:robust ti:vision", "one in the abstract, the other in the title"),
            ("id:1706.03762", "the paper with this arXiv id, DOI or address"),
        ),
    ),
    Section(
        "Fields and sources",
        "Categories are arXiv's. Several categories are alternatives.",
        (
            ("cat:cs.LG", "in this category"),
            ("cat:cs.*", "in any category of computer science"),
            ("cat:cs.CL cat:cs.IR retrieval", "in one category or the other"),
            ("segmentation -cat:cs.CV", "not in this category"),
            ("source:arxiv-json", "known from this source"),
        ),
    ),
    Section(
        "Dates, votes and what a paper has",
        "Both ends of a range belong to it, and either may be left open. Several years are "
        "alternatives; of all other filters each must hold.",
        (
            ("year:2023", "published in this year"),
            ("year:2023..2025", "from one year to another"),
            ("year:..2020", "until the end of a year"),
            ("year:2024..", "since the beginning of a year"),
            ("date:2025-01-01..2025-03-15", "from one day to another"),
            ("date:2025-02", "in this month"),
            ("votes:>10", "more than ten votes at the source"),
            ("votes:5..50", "a number of votes"),
            ("has:code", "links to code; also has:project, has:media, has:comments, "
             "has:abstract, has:summary, has:pdf, has:doi"),
            ("graphs -has:code", "no link to code is known"),
        ),
    ),
    Section(
        "Lists",
        "Filters alone make a list with the newest first. Ordered by date or votes, a search "
        "lists the papers that have all of its words.",
        (
            ("cat:cs.LG year:2025", "all papers of a category and a year"),
            ("au:bengio has:code", "papers of an author with code"),
        ),
    ),
)  # fmt: skip


def page(request: HttpRequest) -> HttpResponse:
    return render(request, "search_help.html", {"sections": SECTIONS})
