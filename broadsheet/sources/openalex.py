"""OpenAlex: works of a filter, newest first published. https://docs.openalex.org/"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar
from urllib.parse import urlencode

import msgspec

from broadsheet.papers.identifiers import split_arxiv_id
from broadsheet.papers.records import LinkKind, Record, SourceError
from broadsheet.sources import fields
from broadsheet.sources.authorship import orcids
from broadsheet.sources.json_answers import decoded, each
from broadsheet.sources.source import Asking, Kind, Page, Parameter

BASE = "https://api.openalex.org/works"
NAME = "openalex"
FIRST_TIME = timedelta(days=7)
LATE = timedelta(days=7)
"""For so long after its publication a work may still be added."""
ROWS = 100


class _Place(msgspec.Struct, frozen=True):
    since: date
    token: str = ""
    began: date | None = None


class _Meta(msgspec.Struct):
    next_cursor: str | None = None


class _Answer(msgspec.Struct):
    results: list[msgspec.Raw]
    meta: _Meta = msgspec.field(default_factory=_Meta)


class _Name(msgspec.Struct):
    display_name: str | None = None


class _Author(_Name):
    orcid: str | None = None


class _Authorship(msgspec.Struct):
    author: _Author


class _Location(msgspec.Struct):
    landing_page_url: str | None = None
    pdf_url: str | None = None
    license: str | None = None
    source: _Name | None = None


class _Work(msgspec.Struct):
    title: str | None = None
    doi: str | None = None
    publication_date: str | None = None
    authorships: list[_Authorship] = []
    abstract_inverted_index: dict[str, list[int]] | None = None
    primary_location: _Location | None = None
    keywords: list[_Name] = []


_work = msgspec.json.Decoder(_Work).decode


@dataclass(frozen=True, slots=True)
class Works:
    name: str
    filter: str
    base: str = BASE
    every: timedelta = timedelta(hours=12)
    by_days: ClassVar[bool] = True

    @property
    def title(self) -> str:
        return f"OpenAlex, {self.filter}"

    def records_since(self, cursor: str, asking: Asking) -> Iterator[Page]:
        place = msgspec.json.decode(cursor, type=_Place) if cursor else None
        place = place or _Place(asking.first or asking.today - FIRST_TIME)
        began = place.began or asking.today
        while True:
            body = asking.fetch.get(self._address(place, asking)).body
            found = decoded(body, _Answer, "OpenAlex")
            token = found.meta.next_cursor or ""
            if token and token == place.token:
                raise SourceError("OpenAlex comes to the same place of its list again.")
            done = not token or not found.results
            place = _Place(began - LATE) if done else _Place(place.since, token, began)
            yield Page(each(record, found.results), msgspec.json.encode(place).decode())
            if done:
                return

    def _address(self, place: _Place, asking: Asking) -> str:
        span = f"from_publication_date:{place.since}"
        span += f",to_publication_date:{asking.last or asking.today}"
        asked = {"filter": f"{self.filter},{span}", "per-page": ROWS, "cursor": place.token or "*"}
        key = asking.keys.get(NAME)
        return f"{self.base}?{urlencode(asked | ({'api_key': key} if key else {}))}"


def record(position: str, raw: bytes) -> Record:
    """The Record that one work tells. Raises UnfitError."""
    told = _work(raw)
    place = told.primary_location or _Location()
    arxiv_id = split_arxiv_id(place.landing_page_url or "")
    return Record(
        source=NAME,
        position=position,
        title=fields.required_title(told.title or ""),
        abstract=_abstract(told.abstract_inverted_index or {}),
        authors=tuple(
            one.author.display_name for one in told.authorships if one.author.display_name
        ),
        arxiv_id=arxiv_id[0] if arxiv_id else "",
        doi=fields.publisher_doi(told.doi),
        published=fields.day(told.publication_date),
        keywords=tuple(word.display_name for word in told.keywords if word.display_name),
        links=fields.links(LinkKind.PDF, place.pdf_url),
        journal_ref=(place.source.display_name or "") if place.source else "",
        licence=place.license or "",
        told=orcids((one.author.display_name or "", one.author.orcid) for one in told.authorships),
    )


def _abstract(places: dict[str, list[int]]) -> str:
    """The text whose words stand at these places."""
    words = sorted((place, word) for word, at in places.items() for place in at)
    return " ".join(word for _, word in words)


def make(parameter: str) -> Works:
    if ":" not in parameter:
        raise ValueError("openalex wants a filter, as in openalex:primary_topic.id:T10028")
    return Works(f"{NAME}:{parameter}", parameter)


FILTER = Parameter("Filter", "As in OpenAlex's own addresses, behind filter=.")
KIND = Kind(
    NAME, "OpenAlex, by filter", make, "openalex:primary_topic.id:T10028", FILTER,
    key="lets this site ask more",
)  # fmt: skip
