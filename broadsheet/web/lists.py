"""Pages of lists without an end: newest, most voted, trending, and those under a heading."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from markupsafe import Markup

from broadsheet.community.limits import Refused
from broadsheet.digests.models import About
from broadsheet.exports.forms import FORMS
from broadsheet.feeds import choice as choices
from broadsheet.feeds import formulas, remembered, streams
from broadsheet.feeds.choice import ORDERS, Choice, Order, UnusableChoice
from broadsheet.feeds.lists import PAGE
from broadsheet.feeds.models import Draw, Heading, Kind
from broadsheet.feeds.placing import archive
from broadsheet.feeds.streams import Page, Stream
from broadsheet.notices.models import About as Followed
from broadsheet.papers import categories
from broadsheet.papers.models import Authorship, Paper
from broadsheet.papers.text import title_key
from broadsheet.readers.models import Reader
from broadsheet.web import addresses, export, syndication
from broadsheet.web.ballots import ballot
from broadsheet.web.errors import NotHere
from broadsheet.web.following import button
from broadsheet.web.paper import SOURCES
from broadsheet.web.remembering import with_remembered
from broadsheet.web.sheets import shared
from broadsheet.web.syndication import FEED_ITEMS, Feed, Format
from broadsheet.web.writing import back, writes

ORDER_NAMES: dict[Order, str] = {
    "newest": "Newest",
    "top": "Most voted",
    "trending": "Trending",
}


@dataclass(frozen=True, slots=True)
class Listing:
    """One list with its page and its feeds."""

    title: str
    address: str
    stream: Stream
    order: Order
    kind: str = ""
    """What the title is: a category, an author."""
    note: str = ""

    def in_order(self, order: Order) -> str:
        """The address of the same list in another order."""
        if not self.kind:
            return reverse(order)
        return self.address + choices.query(Choice(), ("sort", order if order != "newest" else ""))


@with_remembered
@shared
def everything(request: HttpRequest, order: Order, form: Format | None = None) -> HttpResponse:
    titles: dict[Order, str] = {
        "newest": "Newest papers",
        "top": "Most voted papers",
        "trending": "Trending papers",
    }
    return _answer(request, Listing(titles[order], reverse(order), Stream(), order), form)


@shared
def category(request: HttpRequest, code: str, form: Format | None = None) -> HttpResponse:
    try:
        (known,) = choices.parse({"category": [code]}).categories
    except (UnusableChoice, ValueError):
        raise NotHere(f"There is no arXiv category “{code}”.") from None
    if known != code:
        return redirect("category", known)
    is_field = "." not in code and code in categories.FIELDS
    kind = Kind.FIELD if is_field else Kind.CATEGORY
    listing = Listing(
        categories.name(code),
        reverse("category", args=[code]),
        Stream(kind, code),
        _order(request),
        "field" if is_field else "category",
        code,
    )
    return _answer(request, listing, form)


@shared
def keyword(request: HttpRequest, name: str, form: Format | None = None) -> HttpResponse:
    heading = _heading(Kind.KEYWORD, name.casefold())
    address = reverse("keyword", args=[heading.name])
    stream = Stream(Kind.KEYWORD, heading.name)
    return _answer(
        request, Listing(f"“{heading.name}”", address, stream, _order(request), "keyword"), form
    )


@shared
def source(request: HttpRequest, name: str, form: Format | None = None) -> HttpResponse:
    heading = _heading(Kind.SOURCE, name)
    title = SOURCES.get(name, name)
    address = reverse("source", args=[name])
    stream = Stream(Kind.SOURCE, heading.name)
    return _answer(request, Listing(title, address, stream, _order(request), "source"), form)


@shared
def author(request: HttpRequest, name: str, form: Format | None = None) -> HttpResponse:
    key = title_key(name)
    told = Authorship.objects.filter(key=key).values_list("name", flat=True)
    spelling = next(iter(told[:1]), "")
    if not spelling:
        raise NotHere(f"No paper here is by an author named “{name}”.")
    address = reverse("author", args=[spelling])
    stream = Stream(author=key)
    return _answer(request, Listing(spelling, address, stream, _order(request), "author"), form)


@writes
def choose(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Keep the filters of the list that the reader looks at, or forget them."""
    try:
        choice = choices.parse(dict(request.POST.lists()))
    except UnusableChoice as reason:
        raise Refused(str(reason), 400) from None
    remembered.remember(reader, choice)
    return back(request, reverse("newest"))


def all_categories(request: HttpRequest) -> HttpResponse:
    """arXiv's taxonomy as a tree, with the number of papers here."""
    counts = dict(Heading.objects.of_kind(Kind.CATEGORY).values_list("name", "papers"))
    fields = dict(Heading.objects.of_kind(Kind.FIELD).values_list("name", "papers"))
    tree: dict[str, list[tuple[str, int]]] = {}
    for code in categories.CATEGORIES:
        tree.setdefault(archive(code), [])
        if "." in code:
            tree[archive(code)].append((code, counts.get(code, 0)))
    nested = {field for field, codes in tree.items() if codes}
    context = {"tree": tree, "fields": fields, "nested": nested}
    return render(request, "categories.html", context)


def ranking(request: HttpRequest) -> HttpResponse:
    """How papers are ranked, with the constants as they are in the code."""
    return render(request, "ranking.html", {"formulas": formulas})


def _answer(request: HttpRequest, listing: Listing, form: Format | None) -> HttpResponse:
    problem = ""
    try:
        choice = choices.parse(dict(request.GET.lists()))
    except UnusableChoice as reason:
        if form:
            raise NotHere(str(reason)) from None
        choice, problem = Choice(), str(reason)
    page = _page(request, listing, choice, FEED_ITEMS if form else PAGE)
    if form in FORMS:
        return export.stream(request, listing.title, [one.id for one in page.papers], form)
    if form:
        return syndication.respond(request, _feed(listing, choice, page), form)
    after = request.GET.get("after", "")
    pairs = ("sort", listing.order if listing.kind and listing.order != "newest" else "")
    here = choices.query(choice, pairs)
    drawn = _drawn(listing) if not (after or choice) else []
    context = {
        "listing": listing,
        "ballot": ballot(request, [*page.papers, *drawn]),
        "choice": choice,
        "chosen": choices.query(choice),
        "problem": problem,
        "page": page,
        "after": after,
        "following": choices.query(choice, pairs, ("after", page.following)),
        "here": listing.address + here,
        "orders": [(ORDER_NAMES[order], order, listing.in_order(order)) for order in ORDERS],
        "drawn": drawn,
        "letter": _letter(listing, choice),
        "follow": _follow(request, listing),
        "alternates": syndication.alternates(listing.address, here),
    }
    return render(request, "list.html", context)


def _follow(request: HttpRequest, listing: Listing) -> Markup:
    about = "category" if listing.kind == "field" else listing.kind
    if about not in ("author", "category", "keyword"):
        return Markup()
    return button(request, Followed(about), listing.stream.name or listing.title)


def _letter(listing: Listing, choice: Choice) -> str:
    """Where the list can be had by mail; the most voted of all time make no letter."""
    if not listing.kind:
        abouts = {"trending": About.TRENDING, "newest": About.ALL}
        about, name = abouts.get(listing.order), ""
    else:
        about = About("category" if listing.kind == "field" else listing.kind)
        name = listing.stream.name or listing.title
    filters = choices.query(choice).lstrip("?")
    return addresses.letter(about, name, filters) if about else ""


def _page(request: HttpRequest, listing: Listing, choice: Choice, size: int) -> Page:
    try:
        return streams.page_of(
            listing.stream,
            choice,
            listing.order,
            request.GET.get("after", ""),
            timezone.localdate(),
            size,
        )
    except ValueError:
        raise NotHere("This part of the list does not exist.") from None


def _feed(listing: Listing, choice: Choice, page: Page) -> Feed:
    title = listing.title if not listing.kind else f"{listing.title}, {listing.order}"
    return Feed(title, listing.address + choices.query(choice), page.papers)


def _drawn(listing: Listing) -> list[Paper]:
    """Today's papers by lot; they stand beside the trending ones, marked as such."""
    if listing.order != "trending" or listing.kind:
        return []
    ids = Draw.objects.filter(day=timezone.localdate()).order_by("place")
    return Paper.objects.cards(list(ids.values_list("paper_id", flat=True)))


def _order(request: HttpRequest) -> Order:
    asked = request.GET.get("sort", "newest")
    for order in ORDERS:
        if order == asked:
            return order
    raise NotHere(f"Papers can be sorted by {', '.join(ORDERS)}; not by “{asked[:40]}”.")


def _heading(kind: Kind, name: str) -> Heading:
    found = Heading.objects.named(kind, [name.replace("\0", "")]).first()
    if not found:
        raise NotHere(f"No paper here has the {kind.label} “{name[:80]}”.")
    return found
