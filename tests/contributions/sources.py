"""arXiv and Crossref on this machine: a few made-up papers, and silence where a test wants it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import unquote

from django.test import override_settings
from django.utils import timezone

from tests.sites import Asked, Said, Site, site

ENTRY = """<entry><id>http://arxiv.org/abs/{id}v1</id>
<updated>{day}T00:00:00Z</updated><published>{day}T00:00:00Z</published>
<title>{title}</title><summary>Buoys are counted by a made-up network.</summary>
<author><name>Ada Example</name></author><author><name>Bo Sample</name></author>
<category term="cs.LG"/></entry>"""
NOBODY = {"given": "Ada", "family": "Example", "ORCID": "https://orcid.org/0000-0002-1825-0097"}


@dataclass
class World:
    """What the sources know: titles by arXiv id and by DOI, all published on one day."""

    site: Site
    published: date
    arxiv: dict[str, str] = field(default_factory=dict)
    dois: dict[str, str] = field(default_factory=dict)
    is_down: bool = False

    def respond(self, asked: Asked) -> Said:
        if self.is_down:
            return Said(b"later", 503)
        if "id_list" in asked.query:
            return self._feed(asked.query["id_list"])
        doi = unquote(asked.path.rpartition("/works/")[2])
        if doi not in self.dois:
            return Said(b"Resource not found.", 404)
        parts = [[self.published.year, self.published.month, self.published.day]]
        work = {
            "DOI": doi,
            "title": [self.dois[doi]],
            "author": [NOBODY, {"given": "Bo", "family": "Sample"}],
            "published": {"date-parts": parts},
        }
        return Said(json.dumps({"message": work}).encode())

    def _feed(self, arxiv_id: str) -> Said:
        title = self.arxiv.get(arxiv_id)
        entry = ENTRY.format(id=arxiv_id, title=title, day=self.published) if title else ""
        return Said(f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>'.encode())


@contextmanager
def world() -> Iterator[World]:
    """The sources that look-ups ask, for as long as this lasts."""
    with site(lambda asked: told.respond(asked)) as other:
        told = World(other, timezone.localdate() - timedelta(days=2))
        elsewhere = {"arxiv": f"{other.address}/query", "doi": other.address}
        with override_settings(
            LOOKUP_ADDRESSES=elsewhere, ALLOW_LOOPBACK_SOURCES=True, CONTACT="papers@example.org"
        ):
            yield told
