"""An OAI-PMH repository of made-up papers, as arXiv answers in the format arXivRaw."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.sites import Asked, Said

ENVELOPE = """<?xml version="1.0" encoding="UTF-8"?>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">
<responseDate>{now}</responseDate><request>http://repository.example/oai</request>
{body}</OAI-PMH>"""
RECORD = """<record><header><identifier>oai:arXiv.org:{id}</identifier>
<datestamp>{stamp}</datestamp><setSpec>cs</setSpec></header><metadata>
<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/"><id>{id}</id>
<version version="v1"><date>Mon, 1 Dec 2025 10:00:00 GMT</date><size>9kb</size></version>
<title>{title}</title><authors>Ada Example and Bo Sample</authors>
<categories>{categories}</categories>
<abstract>We study lighthouse number {number} with care.</abstract></arXivRaw>
</metadata></record>"""
DELETED = """<record><header status="deleted"><identifier>oai:arXiv.org:{id}</identifier>
<datestamp>2025-12-03</datestamp></header></record>"""


def arxiv_id(number: int) -> str:
    return f"2512.{number:05}"


def record(
    number: int, title: str = "", categories: str = "cs.LG", stamp: str = "2025-12-02"
) -> str:
    title = title or f"Lighthouse {number} seen from the sea of gradients"
    return RECORD.format(
        id=arxiv_id(number), number=number, title=title, categories=categories, stamp=stamp
    )


def deleted(number: int) -> str:
    return DELETED.format(id=arxiv_id(number))


def error(code: str, sentence: str) -> Said:
    return answer(f'<error code="{code}">{sentence}</error>')


def answer(body: str, now: str = "2025-12-04T01:00:00Z") -> Said:
    return Said(ENVELOPE.format(body=body, now=now).encode(), headers={"Content-Type": "text/xml"})


@dataclass
class Repository:
    """Answers ListRecords in pages; the token is the place in the list."""

    records: list[str] = field(default_factory=list)
    page: int = 3
    now: str = "2025-12-04T01:00:00Z"

    def __call__(self, asked: Asked) -> Said:
        start = int(asked.query.get("resumptionToken", "0"))
        part = self.records[start : start + self.page]
        if not part:
            return error("noRecordsMatch", "nothing is new")
        after = start + self.page
        token = str(after) if after < len(self.records) else ""
        listed = "".join(part) + f"<resumptionToken>{token}</resumptionToken>"
        return answer(f"<ListRecords>{listed}</ListRecords>", self.now)
