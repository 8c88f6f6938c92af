"""What the lexical index keeps of a paper, and how texts become its terms."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import tantivy
from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from broadsheet.search.entries import Entry

VERSION = 3
"""Of the schema and the analyzers; an index of another version is made anew."""

LONGEST_TERM = 40
TITLE_WEIGHT = 3
"""How many times a word in the title counts, of those in the abstract each once."""
ID_BITS = 40
"""Of a number that orders papers; the day or the votes stand above them."""
MOST_VOTES = 2**22 - 1


def _analyzer(*last: Filter) -> TextAnalyzer:
    builder = TextAnalyzerBuilder(Tokenizer.simple())
    folded = (Filter.remove_long(LONGEST_TERM), Filter.lowercase(), Filter.ascii_fold())
    for step in (*folded, *last):
        builder = builder.filter(step)
    return builder.build()


PROSE = _analyzer(Filter.stemmer("english"))
NAMES = _analyzer()
TELLING = _analyzer(Filter.stopword("english"))
"""Words as they are, without those that every text has; no field is made of it."""


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("id", stored=True, indexed=True, fast=True)
    builder.add_integer_field("title_key", indexed=True)
    builder.add_text_field("name", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("title", tokenizer_name="prose")
    builder.add_text_field("body", tokenizer_name="prose")
    builder.add_text_field("text", tokenizer_name="prose", index_option="freq")
    builder.add_text_field("authors", tokenizer_name="names")
    for codes in ("category", "archive", "has", "source"):
        builder.add_text_field(codes, fast=True, tokenizer_name="raw", index_option="basic")
    for number in ("date", "year", "votes"):
        builder.add_integer_field(number, indexed=True, fast=True)
    for order in ("newest", "oldest", "most_voted"):
        builder.add_integer_field(order, fast=True)
    builder.add_text_field("vocabulary", tokenizer_name="names", index_option="basic")
    return builder.build()


SCHEMA = _schema()


def open_index(folder: Path) -> tantivy.Index:
    """The index in `folder`. ValueError where there is none or it cannot be read."""
    index = tantivy.Index.open(str(folder))
    index.register_tokenizer("prose", PROSE)
    index.register_tokenizer("names", NAMES)
    return index


def make_index(folder: Path) -> None:
    """An empty index in the new folder `folder`."""
    folder.mkdir(parents=True)
    tantivy.Index(SCHEMA, path=str(folder), reuse=False)


def document(entry: Entry) -> tantivy.Document:
    """The paper as the index keeps it; days are proleptic Gregorian ordinals."""
    made = tantivy.Document()
    made.add_integer("id", entry.id)
    made.add_integer("title_key", entry.title_key)
    made.add_integer("votes", entry.votes)
    made.add_text("title", entry.title)
    body = "\n".join((entry.abstract, entry.summary, *entry.keywords))
    made.add_text("body", body)
    made.add_text("text", f"{entry.title}\n" * TITLE_WEIGHT + body)
    made.add_text("vocabulary", "\n".join((entry.title, *entry.keywords)))
    for author in entry.authors:
        made.add_text("authors", author)
    for name in entry.names:
        made.add_text("name", name)
    _add_codes(made, entry)
    _add_orders(made, entry)
    return made


def _add_codes(made: tantivy.Document, entry: Entry) -> None:
    codes = {
        "category": entry.categories,
        "archive": {archive(category) for category in entry.categories},
        "has": entry.has,
        "source": entry.sources,
    }
    for field, values in codes.items():
        for value in values:
            made.add_text(field, value)


def _add_orders(made: tantivy.Document, entry: Entry) -> None:
    """Numbers by which a whole list is ordered, largest first: no two papers share one."""
    when = entry.published or entry.day
    day = when.toordinal() if when else 0
    if when:
        made.add_integer("date", day)
        made.add_integer("year", when.year)
    latest = date.max.toordinal()
    made.add_integer("newest", day << ID_BITS | entry.id)
    made.add_integer("oldest", (latest - day if day else 0) << ID_BITS | entry.id)
    votes = min(max(entry.votes, 0), MOST_VOTES)
    made.add_integer("most_voted", votes << ID_BITS | entry.id)


def archive(category: str) -> str:
    """`cs.LG` -> `cs`; a category that is an archive of its own stands for itself."""
    return category.partition(".")[0]
