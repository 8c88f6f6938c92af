"""Papers as Markdown, for people at a terminal and for language models.

Whatever stands in a title or an abstract stays text: nothing in it makes a heading, a link or HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from broadsheet.exports.whole import Whole
from broadsheet.papers.readable import plain

NAMES_SHOWN = 30
NAMES_IN_LIST = 3

_SPECIAL = re.compile(r"[\\`*_\[\]<>]|^(?=[#+-]|\d+[.)])", re.MULTILINE)


def document(found: Sequence[Whole]) -> str:
    """Each paper whole, one after the other."""
    return "\n".join(paper(one) for one in found)


def text(cleaned: str) -> str:
    """Cleaned text with every sign escaped that Markdown would read as its own."""
    return _SPECIAL.sub(lambda found: f"\\{found.group()}", plain(cleaned))


def paper(one: Whole, site: str = "", full_text: str = "") -> str:
    """One paper whole, under a heading of its title. `site` is what stands before its path;
    `full_text` is Markdown, where its licence allows to show it."""
    return "\n".join(_paper(one, site, full_text)) + "\n"


def papers(title: str, found: Sequence[Whole], site: str = "", note: str = "") -> str:
    """A list under the heading `title`, each with its summary or the whole abstract."""
    lines = [f"# {text(title)}", ""]
    if note:
        lines += [text(note), ""]
    if not found:
        lines += ["No paper was found.", ""]
    for place, one in enumerate(found, start=1):
        lines += [f"## {place}. [{text(one.title)}]({site}{one.address})", ""]
        lines += [_facts_on_a_line(one), ""]
        lines += [text(one.abstract or one.summary) or "No abstract is known.", ""]
    return "\n".join(lines)


def _paper(one: Whole, site: str, full_text: str = "") -> Iterator[str]:
    yield f"# {text(one.title)}"
    yield ""
    yield from (f"- {name}: {value}" for name, value in _facts(one, site) if value)
    if one.withdrawn:
        yield from ("", f"**This paper has been withdrawn.** {text(one.author_note)}".strip())
    if one.summary:
        by = f" (by {text(one.summary_by)}, not by the authors)" if one.summary_by else ""
        yield from ("", f"## Summary{by}", "", text(one.summary))
    yield from ("", "## Abstract", "", text(one.abstract) or "No abstract is known.")
    if full_text:
        yield from ("", "## Full text", "")
        yield f"From <https://arxiv.org/html/{one.arxiv_id}>, under the licence {one.licence}; "
        yield "its figures, its bibliography and some of its layout are left out."
        yield from ("", full_text)
    elif one.pdf:
        yield from ("", f"The full text is not kept here; read it at <{one.pdf}>.")


def _facts(one: Whole, site: str) -> Iterator[tuple[str, str]]:
    yield "Authors", _names(one, NAMES_SHOWN)
    yield "Organization", text(one.organization)
    yield "Published", str(one.published or "")
    yield "Updated", str(one.updated) if one.updated and one.updated != one.published else ""
    yield "Page", f"<{site}{one.address}>"
    yield "arXiv", f"<https://arxiv.org/abs/{one.arxiv_id}>" if one.arxiv_id else ""
    yield "DOI", f"<https://doi.org/{one.doi}>" if one.doi else ""
    yield "Categories", ", ".join(one.categories)
    yield "Keywords", text(", ".join(one.keywords))
    yield "Votes", f"{one.votes} at the source" if one.votes else ""
    yield "Journal", text(one.journal_ref)
    for link in one.links:
        yield str(link.kind.value).capitalize(), f"<{link.url}>"


def _facts_on_a_line(one: Whole) -> str:
    votes = f"{one.votes} {'vote' if one.votes == 1 else 'votes'}" if one.votes else ""
    facts = (_names(one, NAMES_IN_LIST), str(one.published or ""), votes, one.slug)
    return " · ".join(fact for fact in facts if fact)


def _names(one: Whole, most: int) -> str:
    total = max(one.author_count or 0, len(one.authors))
    if not one.authors:
        return f"{total} authors" if total else ""
    others = f" and {total - most} others" if total > most else ""
    return text(", ".join(one.authors[:most])) + others
