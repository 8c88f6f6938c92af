"""Web addresses that stand in an abstract."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from broadsheet.papers.markup import decoded
from broadsheet.papers.records import Link, LinkKind

_LONGEST = 500
_CODE_HOSTS = (
    "github.com",
    "gitlab.com",
    "bitbucket.org",
    "codeberg.org",
    "huggingface.co",
    "hf.co",
    "anonymous.4open.science",
)
_BARE = "|".join(re.escape(host) for host in _CODE_HOSTS)
_PART = r"[^\s<>\"|^`\\$]*"
_ADDRESS = re.compile(
    rf"https?://{_PART}(?:\\[_%#&~{{}}]{_PART})*"
    rf"|(?<![\w./@-])(?:www\.)?(?:{_BARE})/[\w.-]+(?:/[\w./#-]*)?",
    re.IGNORECASE,
)
_MAY_HOLD_ONE = re.compile(r"/(?:(?<=:/)/|(?<=\.(?:com|org)/)|(?<=\.co/)|(?<=\.science/))").search
"""Quick: whether there is `://`, or a slash after what code hosts end in."""
_MEDIA = ("youtube.com", "youtu.be", "vimeo.com", "bilibili.com")
_PAGES = ("github.io", "gitlab.io", "sites.google.com", "netlify.app", "vercel.app", "pages.dev")
_PROJECT_WORDS = re.compile(r"\b(project|web ?page|page|website|site|homepage)s?\b", re.IGNORECASE)
_OPENING = {")": "(", "]": "[", "}": "{"}


def find_links(text: str) -> tuple[Link, ...]:
    """The distinct addresses in a raw abstract, in their order, junk around them trimmed."""
    if not _MAY_HOLD_ONE(text):
        return ()
    found: dict[str, Link] = {}
    text = decoded(text).replace("{\\_}", "_").replace("\\~{}", "~")
    for match in _ADDRESS.finditer(text):
        url = _trimmed(match[0])
        if url and _is_address(url):
            before = text[max(0, match.start() - 60) : match.start()]
            found.setdefault(_identity(url), Link(_kind(url, before), url))
    return tuple(found.values())


def _trimmed(url: str) -> str:
    url = re.sub(r"\\([_%#&~{}])", r"\1", url)
    url = url.partition("}{")[0].partition("){")[0].partition("](")[0]
    url = re.sub(r"\{\w*\}[.,;]*$", "", url)
    while url and (url[-1] in ".,;:!?'*~" or _unopened(url) or url.endswith(("{", "(", "["))):
        url = url[:-1]
    return url if "://" in url[:8] else f"https://{url}"


def _unopened(url: str) -> bool:
    opening = _OPENING.get(url[-1])
    return opening is not None and url.count(url[-1]) > url.count(opening)


def _is_address(url: str) -> bool:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return "." in host and not host.endswith(".") and len(url) <= _LONGEST


def _identity(url: str) -> str:
    return re.sub(r"^https?://(www\.)?", "", url).rstrip("/").casefold()


def _kind(url: str, before: str) -> LinkKind:
    host = (urlsplit(url).hostname or "").removeprefix("www.").lower()
    if _belongs(host, _CODE_HOSTS):
        return LinkKind.CODE
    if _belongs(host, _MEDIA):
        return LinkKind.MEDIA
    if _belongs(host, _PAGES) or _PROJECT_WORDS.search(before):
        return LinkKind.PROJECT
    return LinkKind.OTHER


def _belongs(host: str, domains: tuple[str, ...]) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)
