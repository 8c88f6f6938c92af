"""The ways to go on from a search: fewer papers, another order, other weights; all as links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from broadsheet.papers import categories
from broadsheet.search.counts import Count, Counts
from broadsheet.search.filters import Filter
from broadsheet.search.query import Query, Sort
from broadsheet.web.paper import SOURCES

AT_MOST = 12
"""Links of a group."""

ORDERS = {
    Sort.RELEVANCE: "Relevance",
    Sort.NEWEST: "Newest",
    Sort.OLDEST: "Oldest",
    Sort.VOTES: "Votes",
    Sort.TRENDING: "Trending",
}
BALANCES = (
    (0.0, "Words only"),
    (0.25, "More words"),
    (None, "Balanced"),
    (0.75, "More meaning"),
    (1.0, "Meaning only"),
)
HAS = {"code": "Code", "project": "Project page", "media": "Media", "summary": "Summary"}


@dataclass(frozen=True, slots=True)
class Way:
    """One link."""

    label: str
    address: str
    papers: int = 0
    is_on: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    ways: list[Way]


def address(query: Query, text: str | None = None, page: int = 1, **changed: object) -> str:
    """The address of this search with another text, page, `sort` or `balance`."""
    sort = changed.get("sort", query.sort)
    balance = changed.get("balance", query.balance)
    parts: dict[str, object] = {"q": query.text if text is None else text}
    if sort:
        parts["sort"] = sort
    if isinstance(balance, float):
        parts["w"] = round(balance * 100)
    if page > 1:
        parts["page"] = page
    return f"?{urlencode(parts)}"


def orders(query: Query) -> list[Way]:
    has_words = bool(query.meaning.strip())
    shown = [sort for sort in ORDERS if has_words or sort is not Sort.RELEVANCE]
    return [
        Way(
            ORDERS[sort],
            address(query, sort=None if sort is shown[0] else sort),
            is_on=sort is query.order,
        )
        for sort in shown
    ]


def balances(query: Query) -> list[Way]:
    """Words against meaning; none where nothing is ranked by either."""
    if query.order is not Sort.RELEVANCE:
        return []
    return [
        Way(label, address(query, balance=balance), is_on=query.balance == balance)
        for balance, label in BALANCES
    ]


def chosen(query: Query) -> list[Way]:
    """Each filter of the query, with the way to be without it."""
    return [
        Way(query.text[slice(*one.span)], address(query, query.less(one)))
        for one, _ in query.filters
    ]


def groups(query: Query, counts: Counts) -> list[Group]:
    if not counts:
        return []
    inside = {one.text.partition(".")[0] for one in _positive(query, "cat")}
    fields = [
        Way(categories.name(one.value), _with(query, "cat", _all_of(one.value)), one.papers)
        for one in counts["archive"]
    ]
    subjects = [
        Way(categories.name(one.value), _with(query, "cat", one.value), one.papers)
        for one in counts["category"]
        if one.value.partition(".")[0] in inside and "." in one.value
    ]
    years = sorted(counts["year"], key=lambda one: one.value, reverse=True)
    found = [
        Group("Subject", subjects) if subjects else Group("Field", fields),
        Group("Year", _ways(query, "year", years, {})),
        Group("Has", _ways(query, "has", _only(counts["has"], HAS), HAS)),
        Group("Source", _ways(query, "source", counts["source"], SOURCES)),
    ]
    return [Group(one.name, one.ways[:AT_MOST]) for one in found if _is_choice(one)]


def _is_choice(group: Group) -> bool:
    return len(group.ways) > 1 or (group.name == "Has" and bool(group.ways))


def _only(counts: Sequence[Count], known: dict[str, str]) -> list[Count]:
    return [one for one in counts if one.value in known]


def _ways(query: Query, kind: str, counts: Sequence[Count], names: dict[str, str]) -> list[Way]:
    return [
        Way(names.get(one.value, one.value), _with(query, kind, one.value), one.papers)
        for one in counts
    ]


def _with(query: Query, kind: str, value: str) -> str:
    """This search with one filter more; of alternatives the new one alone."""
    text = query.text
    if kind in ("cat", "year"):
        for one in sorted(_positive(query, kind), key=lambda one: -one.span[0]):
            text = f"{text[: one.span[0]]}{text[one.span[1] :]}"
    wish = f"{kind}:{value}"
    text = " ".join(text.split())
    return address(query, text if wish in text.split() else f"{text} {wish}".strip())


def _positive(query: Query, kind: str) -> list[Filter]:
    return [one for one, negated in query.filters if one.field == kind and not negated]


def _all_of(archive: str) -> str:
    return f"{archive}.*" if archive in categories.FIELDS else archive
