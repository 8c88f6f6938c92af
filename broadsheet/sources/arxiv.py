"""arXiv on the network: by OAI-PMH, by its daily announcements, by its API.

https://info.arxiv.org/help/oa/, https://info.arxiv.org/help/rss.html,
https://info.arxiv.org/help/api/user-manual.html
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import unquote_plus, urlencode

import msgspec
from msgspec.structs import replace

from broadsheet.papers.identifiers import ARCHIVES, split_arxiv_id
from broadsheet.papers.records import Record, Rejected
from broadsheet.sources import arxiv_announced, arxiv_atom
from broadsheet.sources.format import Options
from broadsheet.sources.mending import mended
from broadsheet.sources.oai_repository import Repository
from broadsheet.sources.source import Asking, Kind, Page, Parameter

OAI = "https://oaipmh.arxiv.org/oai"
ANNOUNCED = "https://rss.arxiv.org/atom"
API = "https://export.arxiv.org/api/query"

_PHYSICS = frozenset(
    {"astro-ph", "cond-mat", "gr-qc", "hep-ex", "hep-lat", "hep-ph", "hep-th", "math-ph"}
    | {"nlin", "nucl-ex", "nucl-th", "physics", "quant-ph"}
)
"""Archives that are sets within the set `physics`."""
_CATEGORY = re.compile(r"([a-z-]+)(?:\.[A-Za-z-]{2,20})?")
API_PAGE = 100
API_MOST = 2_000
"""Papers that one run of a query takes."""


def categories_in(parameter: str) -> tuple[str, ...]:
    """The categories named, each once. Raises ValueError for what is none."""
    told = tuple(dict.fromkeys(code for code in parameter.split(",") if code))
    for code in told:
        found = _CATEGORY.fullmatch(code)
        if not found or found[1] not in ARCHIVES:
            raise ValueError(f"{code!r} is no arXiv category; write them as arxiv:cs.LG,math.CO")
    if not told:
        raise ValueError("arXiv wants categories, as in arxiv:cs.LG,cs.CL")
    return told


def by_oai(parameter: str, base: str = OAI) -> Repository:
    """The papers of some categories, with all their versions, as they are announced or change."""
    told = categories_in(parameter)
    archives = dict.fromkeys(code.partition(".")[0] for code in told)
    return Repository(
        name=f"arxiv:{parameter}",
        title=f"arXiv, {', '.join(told)}",
        base=base,
        source="arxiv",
        sets=tuple(f"physics:{name}" if name in _PHYSICS else name for name in archives),
        prefix="arXivRaw",
        categories=frozenset(told),
    )


class _Marks(msgspec.Struct, frozen=True):
    """The marks of the answer that was saved last."""

    marks: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Announcements:
    """What arXiv announced today: there within minutes, but only today's."""

    name: str
    categories: tuple[str, ...]
    base: str = ANNOUNCED
    every: timedelta = timedelta(minutes=30)

    @property
    def title(self) -> str:
        return f"arXiv's announcements of the day, {', '.join(self.categories)}"

    def records_since(self, cursor: str, asking: Asking) -> Iterator[Page]:
        known = msgspec.json.decode(cursor, type=_Marks) if cursor else _Marks()
        answer = asking.fetch.get(f"{self.base}/{'+'.join(self.categories)}", known.marks)
        if answer.is_unchanged:
            return
        items = list(arxiv_announced.records(io.BytesIO(mended(answer.body))))
        yield Page(items, msgspec.json.encode(_Marks(answer.marks)).decode())


@dataclass(frozen=True, slots=True)
class Query:
    """What arXiv's API finds, newest change first, down to the day of the last run; or papers
    by their ids."""

    name: str
    query: str
    base: str = API
    every: timedelta = timedelta(hours=6)

    @property
    def title(self) -> str:
        return f"arXiv's API, {self.query}"

    def records_since(self, cursor: str, asking: Asking) -> Iterator[Page]:
        since = date.fromisoformat(cursor) if cursor else date.min
        items: list[Record | Rejected] = []
        for start in range(0, API_MOST, API_PAGE):
            found = self._page(start, asking)
            items += found
            days = [one.updated for one in found if isinstance(one, Record) and one.updated]
            if len(found) < API_PAGE or (days and min(days) < since):
                break
        # newest first, so nothing is sure to be whole before the end
        yield Page(items, str(asking.today - timedelta(days=2)))

    def _page(self, start: int, asking: Asking) -> list[Record | Rejected]:
        asked = {"start": start, "max_results": API_PAGE}
        ids = self._ids()
        if ids:
            asked_for = {"id_list": ",".join(ids)}
        else:
            order = {"sortBy": "lastUpdatedDate", "sortOrder": "descending"}
            asked_for = {"search_query": self.query, **order}
        answer = asking.fetch.get(f"{self.base}?{urlencode({**asked_for, **asked})}")
        told = arxiv_atom.records(io.BytesIO(mended(answer.body)), Options())
        return [replace(one, source="arxiv") if isinstance(one, Record) else one for one in told]

    def _ids(self) -> list[str]:
        """The ids, where the query consists of nothing else."""
        parts = self.query.split(",")
        return parts if all(map(split_arxiv_id, parts)) else []


def _announcements(parameter: str) -> Announcements:
    return Announcements(f"arxiv-new:{parameter}", categories_in(parameter))


def _query(parameter: str) -> Query:
    if not parameter:
        raise ValueError("arxiv-api wants a query or ids, as in arxiv-api:abs:proof+AND+cat:cs.LO")
    return Query(f"arxiv-api:{parameter}", unquote_plus(parameter))


CATEGORIES = Parameter("Categories", "Categories or whole archives, with commas between.")
QUERY = Parameter("Query or arXiv ids", "A query has + for blanks; ids have commas between.")
KINDS = (
    Kind("arxiv", "arXiv, by categories", by_oai, "arxiv:cs.LG,cs.CL", CATEGORIES),
    Kind(
        "arxiv-new", "arXiv's announcements of the day", _announcements, "arxiv-new:cs.LG",
        CATEGORIES,
    ),
    Kind(
        "arxiv-api", "arXiv's API, by query or ids", _query, "arxiv-api:abs:proof+AND+cat:cs.LO",
        QUERY,
    ),
)  # fmt: skip
