"""Who may ask what of each address of the site: a line for each, and no address without one.

A route is written as `broadsheet.urls` has it. A new one gets one line: `reads()` where it only
shows, else who may send what. `test_every_route` plays each line against the running code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, auto
from typing import Any

Form = Mapping[str, Any]


class Who(StrEnum):
    """Who may send the form; everybody else is refused."""

    NOBODY = auto()
    """The address is read only."""
    ANYBODY = auto()
    """A form for visitors, as to sign in: only from a page of this site."""
    READER = auto()
    OWNER = auto()
    """The reader ada; to another reader the address does not exist."""
    MODERATOR = auto()
    TOKEN = auto()
    """A program with a token of the rule's scope."""
    LINK = auto()
    """Whoever has the secret address; a wrong one does not exist."""


class Again(StrEnum):
    """What the same request does a second time."""

    SAME = auto()
    """No further row."""
    MORE = auto()
    """A further row: what is bounded by a limit, as comments are."""
    REFUSED = auto()
    """It is said that there is nothing left to do."""


@dataclass(frozen=True, slots=True)
class Rule:
    who: Who
    form: Form = field(default_factory=dict)
    again: Again = Again.SAME
    shows: bool = True
    """Whether a GET shows a page; else it is 405."""
    private: bool = False
    """Whether a GET, too, is for that person alone."""
    scope: str = ""
    at: Mapping[str, str] = field(default_factory=dict)
    """What stands in the address, where it is not what `test_every_route.parts` says."""
    from_elsewhere: bool = False
    """Whether other sites may send it, as RFC 8058 wants of letters."""
    hidden: bool = True
    """Whether it does not exist for others (404); else they are refused in words."""
    counts: str = ""
    """The table in which a GET adds one to the number of the day."""
    works: bool = True
    """Whether the form does something in a bare test; else another test shows that it works."""


def reads(**at: str) -> Rule:
    return Rule(Who.NOBODY, at=at)


def own() -> Rule:
    """A page of the signed-in reader that sends nothing, or whose sending has tests of its own."""
    return Rule(Who.READER, private=True, works=False)


def visitors() -> Rule:
    """A form for people who have not signed in yet; what it does has tests of its own."""
    return Rule(Who.ANYBODY, works=False)


def readers(form: Form, again: Again = Again.SAME, *, shows: bool = False, **more: Any) -> Rule:
    return Rule(Who.READER, form, again, shows=shows, private=shows, **more)


def owners(form: Form, again: Again = Again.SAME, *, shows: bool = False, **more: Any) -> Rule:
    return Rule(Who.OWNER, form, again, shows=shows, private=shows, **more)


def moderators(form: Form | None = None, again: Again = Again.MORE, **at: str) -> Rule:
    """Without a form it is a page that only moderators see."""
    return Rule(Who.MODERATOR, form or {}, again, private=True, at=at, works=bool(form))


def programs(scope: str, told: Form, again: Again = Again.SAME, **more: Any) -> Rule:
    return Rule(Who.TOKEN, told, again, shows=False, scope=scope, **more)


def by_link(form: Form, again: Again = Again.SAME, **more: Any) -> Rule:
    return Rule(Who.LINK, form, again, **more)


VOTER = "of ada"
"""Stands for ada's number, which no rule can know."""
REASON = {"reason": "So that everybody knows."}
CLAIM = {"paperId": "2512.00001", "claimAuthorId": "A. Sample", "words": "My page lists it."}
LISTS = (
    *("papers/date/<key>", "papers/week/<key>", "papers/month/<key>", "papers"),
    *("papers/newest", "papers/top", "papers/trending", "categories/<code>"),
    *("keywords/<path:name>", "sources/<name>", "authors/<path:name>", "collections/<key>"),
)
KEYS = {"date": "2025-12-15", "week": "2025-W51", "month": "2025-12"}
"""What `<key>` is in the address of a span."""


def listed(route: str) -> dict[str, Rule]:
    """A list, its feeds and its files."""
    parts = route.split("/")
    at = {"key": KEYS[parts[1]]} if len(parts) == 3 and parts[1] in KEYS else {}
    rule = reads(**at)
    return dict.fromkeys((route, f"{route}.<form:form>", f"{route}.<feed:form>"), rule)


PAGES: dict[str, Rule] = {
    **{name: rule for route in LISTS for name, rule in listed(route).items()},
    "": reads(),
    "papers/filters": readers({"category": "cs.LG"}),
    "papers/similar": Rule(Who.NOBODY, from_elsewhere=True),  # a long text to look for is sent
    "papers/suggest": reads(),
    "papers/<path:slug>": reads(),
    "papers/<path:slug>.png": reads(),
    "papers/<path:slug>.<form:form>": reads(),
    "papers/<path:slug>/comments": readers({"text": "So it bends."}, Again.MORE),
    "papers/<path:slug>/vote": readers({"vote": "cast"}),
    "papers/<path:slug>/collect": readers({"title": "Rivers"}, Again.MORE, shows=True),
    "papers/<path:slug>/moderate": moderators({"decision": "lock", **REASON}),
    "submit": readers({"do": "place", "paper": "2512.00001"}, shows=True, works=False),
    "papers/<path:slug>/claim": readers(
        {"author": "A. Sample", "words": "My page lists it."}, shows=True
    ),
    "papers/<path:slug>/links": owners({}, shows=True, works=False),  # to an author
    "papers/<path:slug>/place": owners({}, shows=True, works=False),  # to a curator
    "comments/<int:number>": reads(),
    "comments/<int:number>/history": reads(),
    "comments/<int:number>/reply": Rule(Who.READER, private=True, works=False),
    "comments/<int:number>/edit": owners({"text": "Otherwise."}, shows=True),
    "comments/<int:number>/delete": owners({}),
    "comments/<int:number>/restore": owners({}),
    "comments/<int:number>/flag": readers({"why": "spam"}, shows=True),
    "comments/<int:number>/moderate": moderators({"decision": "hide", **REASON}),
    "moderation": reads(),
    "moderation/queue": moderators(),
    "moderation/claims": moderators(),
    "moderation/claims/<int:number>": moderators(),
    "moderation/curators": moderators(
        {"decision": "appoint", "handle": "eve", **REASON}, Again.SAME
    ),
    "moderation/ban": moderators({"decision": "ban", "handle": "eve", **REASON}),
    "moderation/spam": moderators({"decision": "spam", "handle": "eve", **REASON}, Again.SAME),
    "moderation/notices": moderators({"text": "Away on Friday.", "until": "2025-12-20"}),
    "moderation/votes": moderators(),
    "moderation/votes/<path:slug>": moderators(
        {"decision": "uncount", "vote": VOTER, **REASON}, Again.SAME
    ),
    "collections": reads(),
    "collections/new": readers({"title": "Dams"}, Again.MORE, shows=True),
    "collections/<key>/change": owners({"title": "Rivers"}),
    "collections/<key>/items": owners({"paper": "2512.00001", "do": "note", "note": "Read."}),
    "collections/<key>/editors": owners({"do": "invite", "handle": "eve"}),
    "papers/<path:slug>/reading": readers({"state": "read"}),
    "papers/<path:slug>/note": readers({"text": "Mine."}, shows=True),
    "comments/<int:number>/react": readers({"feeling": "agree"}),
    "follow": readers({"about": "author", "name": "A. Sample"}),
    "readers/<handle>/mute": readers({"mute": "begin"}),
    "notices": own(),
    "notices/read": Rule(Who.READER, shows=False, works=False),
    "categories": reads(),
    "sources": reads(),
    "feeds.opml": reads(),
    "categories.opml": reads(),
    "ranking": reads(),
    "readers/<handle>": reads(),
    "readers/<handle>/<part>": reads(part="comments"),
    "invited/<secret>": by_link({}, works=False),
    "about": reads(),
    "about/search": reads(),
    "robots.txt": reads(),
    "llms.txt": reads(),
}

CONTRIBUTING: dict[str, Rule] = {
    "papers/<path:slug>/works": moderators(),
    "account/contributions": own(),
    "sources/runs": Rule(Who.MODERATOR, private=True, works=False, hidden=False),
    "sources/runs/<int:number>": Rule(Who.MODERATOR, private=True, works=False, hidden=False),
    "sources/add": Rule(Who.MODERATOR, private=True, works=False, hidden=False),
    "sources/change": Rule(Who.MODERATOR, private=True, works=False, hidden=False),
    "sources/keys": Rule(Who.MODERATOR, private=True, works=False, hidden=False),
    "sources/log": Rule(Who.MODERATOR, private=True, works=False, hidden=False),
}

PERSONAL: dict[str, Rule] = {
    "account/reading": own(),
    "account/reading.<form:form>": own(),
    "notices/mail/<token>": by_link({}, from_elsewhere=True, works=False),
    "account/notices": own(),
    "account/following": own(),
    "account/following.opml": own(),
    "following/<token>.opml": by_link({}, works=False),
}

LETTERS: dict[str, Rule] = {
    "letters": visitors(),
    "letters/preview": reads(),
    "letters/returned": Rule(Who.ANYBODY, shows=False, from_elsewhere=True, works=False),
    "letters/read/<path:slug>": Rule(Who.NOBODY, counts="digests_followed"),
    "letters/<token>/feed.<feed:form>": by_link({}, works=False, at={"form": "atom"}),
    "letters/<token>/papers/<path:slug>": by_link({}, works=False),
    "letters/<token>/papers/<path:slug>/<what>": by_link({}, works=False),
    "account/letters": own(),
    "papers/<path:slug>/first-page.png": reads(),
    "letters/confirm/<token>": by_link({}, works=False),
    "letters/<token>": by_link({}, works=False),
    "letters/<token>/end": by_link({}, from_elsewhere=True, works=False),
    "letters/<token>/<action>": by_link({}, works=False, shows=False),
}

OWN = ("", "contributions", "tokens", "invitations", "data", "delete", "email/", "password/change/")
PASSKEYS = ("", "list/", "add/", "reauthenticate/", "keys/<int:pk>/remove/", "keys/<int:pk>/edit/")
OWN_SECRETS = (
    *("", "reauthenticate/", "totp/activate/", "totp/deactivate/", "recovery-codes/"),
    *("recovery-codes/generate/", "recovery-codes/download/"),
)
DOORS = (
    *("login/", "logout/", "signup/", "confirm-email/", "inactive/", "password/reset/"),
    *("password/reset/confirm/", "password/reset/complete/", "password/reset/done/"),
    *("login/code/", "login/code/confirm/", "2fa/authenticate/", "2fa/webauthn/login/"),
    *("3rdparty/signup/", "3rdparty/login/cancelled/", "3rdparty/login/error/"),
    *("social/signup/", "social/login/cancelled/", "social/login/error/"),
    *("github/login/", "github/login/callback/", "orcid/login/", "orcid/login/callback/"),
    *("oidc/^(?P<provider_id>[^/]+)/login/", "oidc/^(?P<provider_id>[^/]+)/login/callback/"),
)

MINE = Rule(Who.OWNER, private=True, works=False)
"""A page that is ada's alone."""
INTERESTS: dict[str, Rule] = {
    "for-you": own(),
    "for-you/date/<day>": own(),
    "for-you/feed/<token>.<feed:form>": by_link({}, works=False, at={"form": "rss"}),
    "interests": own(),
    "interests/new": readers({"name": "Dams"}, Again.MORE, shows=True),
    "interests/bring": readers({"interest": '{"is":"interest","name":"Dams"}'}, Again.MORE),
    "interests/renew": readers({}),
    "interests/shared/<token>": by_link({}, works=False),
    "interests/<key>": MINE,
    "interests/<key>/date/<day>": MINE,
    "interests/<key>/change": owners({"name": "Dams"}, shows=True),
    "interests/<key>/do": owners({"do": "pause"}),
    "interests/<key>/teach": owners({"paper": "2512.00001", "say": "more"}),
    "interests/<key>/wish": owners({"wish": "word silt"}),
    "interests/<key>/library": owners({"library": "2512.00001"}, shows=True),
    "interests/<key>/ask": owners({"paper": "2512.00001", "say": "more"}, shows=True),
    "interests/<key>/file": MINE,
    "interests/<key>/forget/<int:number>": owners({}),
    "account/interests": own(),
    "account/interests/others": readers({"do": "end"}),
}

ACCOUNTS: dict[str, Rule] = {
    **{f"account/{end}": own() for end in OWN},
    **{f"account/2fa/{end}": own() for end in OWN_SECRETS},
    **{f"account/2fa/webauthn/{end}": own() for end in PASSKEYS if end != "list/"},
    **{f"account/{end}": visitors() for end in DOORS},
    "account/password/set/": own(),
    "account/reauthenticate/": own(),
    "account/3rdparty/": own(),
    "account/social/connections/": own(),
    "account/sessions/": own(),
    "account/data/zip": Rule(Who.READER, shows=False, works=False),
    "account/tokens/<int:token_id>/revoke": owners({}, Again.REFUSED),
}

PROGRAMS: dict[str, Rule] = {
    "mcp": Rule(Who.ANYBODY, shows=False, works=False),
    "api": reads(),
    "api/whoami-v2": Rule(Who.TOKEN, private=True, works=False),
    "api/openapi.json": reads(),
    "api/papers/<path:name>/vote": programs("vote", {"vote": True}),
    "api/papers/<path:name>/comments": programs("comment", {"comment": "Yes."}, Again.MORE),
    "api/v1/follows": programs("follow", {"about": "author", "name": "A. Sample"}),
    "api/v1/notices/read": programs("follow", {}),
    "api/v1/comments/<path:number>/reactions": programs("comment", {"reaction": "agree"}),
    "api/v1/papers/<path:name>/reading": programs("collect", {"state": "read"}),
    "api/v1/papers/<path:name>/note": programs("collect", {"text": "Mine."}),
    "api/papers/index": programs("submit", {}, works=False),
    "api/papers/submit": programs("submit", {}, works=False),
    "api/papers/<path:name>/links": programs("submit", {}, works=False),
    "api/settings/papers/claim": programs("submit", CLAIM),
    "api/v1/interests": Rule(Who.TOKEN, private=True, works=False),
    "api/v1/interests/<path:name>": programs("interests", {}, works=False),
    "api/v1/picks": Rule(Who.TOKEN, private=True, works=False),
    "api/daily_papers": reads(),
    "api/papers": reads(),
    "api/papers/search": reads(),
    "api/papers/<path:name>": reads(),
    "api/arxiv/<path:name>/repos": reads(),
    "api/v1/lists/<path:order>": reads(),
    "api/v1/authors/<path:name>": reads(),
    "api/v1/categories": reads(),
    "api/v1/papers/<path:name>/keyphrases": reads(),
    "api/v1/papers": reads(),
    "api/v1/trending": reads(),
    "api/v1/search": reads(),
    "api/v1/papers/<path:name>/similar": reads(),
    "api/v1/papers/<path:name>": reads(),
    "api/<path:rest>": reads(),
}

RULES: dict[str, Rule] = {
    **PAGES,
    **CONTRIBUTING,
    **PERSONAL,
    **INTERESTS,
    **LETTERS,
    **ACCOUNTS,
    **PROGRAMS,
}
