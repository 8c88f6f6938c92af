"""GitHub: stars and licence of a paper's repository. https://docs.github.com/rest/repos/repos"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

import msgspec

from broadsheet.fetching import FetchError
from broadsheet.sources.json_answers import decoded
from broadsheet.sources.source import Asking
from broadsheet.sources.teller import About, Known, More

BASE = "https://api.github.com"
WITHOUT_KEY = 9
"""Papers in a run without a key: GitHub allows sixty requests an hour, and a run is every ten
minutes."""
_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,99}", re.ASCII)


class _Licence(msgspec.Struct):
    spdx_id: str | None = None


class _Repository(msgspec.Struct):
    full_name: str
    stargazers_count: int
    license: _Licence | None = None
    archived: bool = False


@dataclass(frozen=True, slots=True)
class GitHub:
    base: str = BASE
    name: str = "github"
    title: str = "GitHub"
    most: int = WITHOUT_KEY
    about: About = About.CODE
    key: str = "raises the limit of sixty requests an hour"

    def wants(self, paper: Known, today: date) -> bool:
        return any(map(repository, paper.code))

    def more(self, papers: Sequence[Known], asking: Asking) -> Iterator[More]:
        headers = {"Accept": "application/vnd.github+json"}
        if key := asking.keys.get(self.name):
            headers["Authorization"] = f"Bearer {key}"
        for paper in papers:
            named = next(filter(None, map(repository, paper.code)))
            try:
                answer = asking.fetch.get(f"{self.base}/repos/{named}", headers)
            except FetchError as failure:
                if failure.status not in (404, 451):
                    raise
                yield More(paper.key)
                continue
            told = decoded(answer.body, _Repository, self.title)
            licence = told.license.spdx_id if told.license else None
            found: dict[str, object] = {
                "repository": told.full_name,
                "stars": told.stargazers_count,
                "archived": told.archived,
            }
            if licence and licence != "NOASSERTION":
                found["licence"] = licence
            yield More(paper.key, found)


def repository(address: str) -> str:
    """`owner/name` of an address at GitHub, else an empty string."""
    parts = urlsplit(address)
    names = parts.path.strip("/").removesuffix(".git").split("/")
    if parts.hostname not in ("github.com", "www.github.com") or len(names) < 2:
        return ""
    is_fine = all(_NAME.fullmatch(name) for name in names[:2]) and names[0] != "orgs"
    return "/".join(names[:2]) if is_fine else ""
