"""The whole URL map on one screen."""

from __future__ import annotations

from django.urls import include, path, register_converter
from django.views.generic import RedirectView

from broadsheet.api import errors as api_errors
from broadsheet.api import mcp, openapi, route, whoami
from broadsheet.api import pages as api_pages
from broadsheet.web import (
    administration,
    card_image,
    claiming,
    collections,
    comments,
    errors,
    export,
    feed,
    first_pages,
    following,
    interests,
    letters,
    lists,
    moderation,
    notices,
    operating,
    outlines,
    oversight,
    pages,
    paper,
    picked,
    profiles,
    reading,
    returned,
    runs,
    search,
    search_help,
    similar,
    sources,
    submitting,
    subscribe,
    taps,
    votes,
    works,
)
from broadsheet.web.addresses import listed
from broadsheet.web.export import also_markdown

register_converter(export.FormConverter, "form")

papers = also_markdown(feed.papers, export.papers)
span = also_markdown(feed.span_page, export.span)

discussion = [
    path("papers/<path:slug>/comments", comments.add, name="comments"),
    path("comments/<int:number>", comments.permalink, name="comment"),
    path("comments/<int:number>/reply", comments.reply, name="comment-reply"),
    path("comments/<int:number>/edit", comments.edit, name="comment-edit"),
    path("comments/<int:number>/delete", comments.take_back, name="comment-delete"),
    path("comments/<int:number>/restore", comments.restore, name="comment-restore"),
    path("comments/<int:number>/history", comments.history, name="comment-history"),
    path("comments/<int:number>/react", comments.react, name="comment-react"),
    path("comments/<int:number>/flag", comments.flag, name="comment-flag"),
    path("comments/<int:number>/moderate", moderation.comment, name="moderate-comment"),
    path("papers/<path:slug>/moderate", moderation.paper, name="moderate-paper"),
    path("papers/<path:slug>/works", works.works, name="works"),
    path("moderation", moderation.log, name="moderation"),
    path("moderation/queue", moderation.queue, name="moderation-queue"),
    path("moderation/ban", moderation.ban, name="moderation-ban"),
    path("moderation/spam", oversight.spam, name="moderation-spam"),
    path("moderation/notices", oversight.notices, name="moderation-notices"),
    path("moderation/votes", oversight.odd_votes, name="moderation-votes"),
    path("moderation/votes/<path:slug>", oversight.votes, name="moderation-paper-votes"),
]

collecting = [
    path("collections", collections.everybodys, name="collections"),
    path("collections/new", collections.create, name="collection-new"),
    path("collections/<key>/change", collections.change, name="collection-change"),
    path("collections/<key>/items", collections.items, name="collection-items"),
    path("collections/<key>/editors", collections.share, name="collection-editors"),
    *listed("collections/<key>", collections.one, name="collection"),
    path("papers/<path:slug>/collect", collections.collect, name="collect"),
]

contributing = [
    path("submit", submitting.submit, name="submit"),
    path("papers/<path:slug>/claim", claiming.claim, name="claim"),
    path("papers/<path:slug>/links", claiming.paper_links, name="author-links"),
    path("papers/<path:slug>/place", submitting.place, name="place"),
    path("account/contributions", submitting.own, name="account-contributions"),
    path("moderation/claims", claiming.queue, name="claims"),
    path("moderation/claims/<int:number>", claiming.decide, name="claim-decision"),
    path("moderation/curators", claiming.curators, name="curators"),
]

keeping = [
    path("papers/<path:slug>/reading", reading.keep, name="paper-reading"),
    path("papers/<path:slug>/note", reading.note, name="paper-note"),
    path("account/reading", reading.reading, name="account-reading"),
    path("account/reading.<form:form>", reading.reading, name="account-reading-as"),
]

telling = [
    path("notices", notices.page, name="notices"),
    path("notices/read", notices.read, name="notices-read"),
    path("notices/mail/<token>", notices.end, name="notices-end"),
    path("account/notices", notices.choices, name="account-notices"),
    path("account/following", following.page, name="following"),
    path("account/following.opml", following.outline, name="following-opml"),
    path("following/<token>.opml", following.outline_of, name="outline"),
    path("follow", following.follow, name="follow"),
    path("readers/<handle>/mute", following.mute, name="mute"),
]

interested = [
    path("for-you", picked.for_you, name="for-you"),
    path("for-you/date/<day>", picked.for_you, name="for-you-day"),
    path("for-you/feed/<token>.<feed:form>", picked.feed, name="picks-feed"),
    path("interests", interests.all_of_them, name="interests"),
    path("interests/new", interests.create, name="interest-new"),
    path("interests/bring", interests.bring, name="interest-bring"),
    path("interests/renew", interests.renew, name="picks-renew"),
    path("interests/shared/<token>", picked.shared, name="interest-shared"),
    path("interests/<key>", picked.one, name="interest"),
    path("interests/<key>/date/<day>", picked.one, name="interest-day"),
    path("interests/<key>/change", interests.change, name="interest-change"),
    path("interests/<key>/do", interests.do, name="interest-do"),
    path("interests/<key>/teach", interests.teach, name="interest-teach"),
    path("interests/<key>/wish", interests.wish, name="interest-wish"),
    path("interests/<key>/library", interests.paste, name="interest-library"),
    path("interests/<key>/ask", interests.ask, name="interest-ask"),
    path("interests/<key>/file", interests.take, name="interest-file"),
    path("interests/<key>/forget/<int:number>", interests.forget, name="interest-forget"),
]

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="papers")),
    path("papers.<form:form>", export.papers, name="papers-as"),
    path("papers/date/<key>.<form:form>", export.span, {"kind": "day"}, name="day-as"),
    path("papers/week/<key>.<form:form>", export.span, {"kind": "week"}, name="week-as"),
    path("papers/month/<key>.<form:form>", export.span, {"kind": "month"}, name="month-as"),
    *listed("papers", papers, name="papers"),
    *listed("papers/date/<key>", span, {"kind": "day"}, name="day"),
    *listed("papers/week/<key>", span, {"kind": "week"}, name="week"),
    *listed("papers/month/<key>", span, {"kind": "month"}, name="month"),
    *listed("papers/newest", lists.everything, {"order": "newest"}, name="newest"),
    *listed("papers/top", lists.everything, {"order": "top"}, name="top"),
    *listed("papers/trending", lists.everything, {"order": "trending"}, name="trending"),
    path("papers/filters", lists.choose, name="choose"),
    path("papers/similar", similar.page, name="similar"),
    path("papers/suggest", search.suggest, name="suggest"),
    *discussion,
    *collecting,
    *contributing,
    *keeping,
    *telling,
    *interested,
    path("papers/<path:slug>/vote", votes.vote, name="vote"),
    path("papers/<path:slug>/first-page.png", first_pages.image, name="first-page"),
    path("papers/<path:slug>.png", card_image.image, name="paper-image"),
    path("papers/<path:slug>.<form:form>", export.paper, name="paper-as"),
    path("papers/<path:slug>", also_markdown(paper.paper, export.paper), name="paper"),
    path("categories", lists.all_categories, name="categories"),
    *listed("categories/<code>", lists.category, name="category"),
    *listed("keywords/<path:name>", lists.keyword, name="keyword"),
    path("sources", sources.page, name="sources"),
    path("sources/add", operating.add, name="source-add"),
    path("sources/change", operating.change, name="source-change"),
    path("sources/keys", operating.source_keys, name="source-keys"),
    path("sources/log", operating.log, name="source-log"),
    path("sources/runs", runs.newest, name="runs"),
    path("sources/runs/<int:number>", runs.one, name="run"),
    *listed("sources/<name>", lists.source, name="source"),
    *listed("authors/<path:name>", lists.author, name="author"),
    path("feeds.opml", outlines.every_feed, name="feeds"),
    path("categories.opml", outlines.every_category, name="category-feeds"),
    path("letters", subscribe.page, name="subscribe"),
    path("letters/preview", subscribe.preview, name="letter-preview"),
    path("letters/confirm/<token>", letters.confirm, name="letter-confirm"),
    path("letters/returned", returned.take, name="letter-returned"),
    path("letters/read/<path:slug>", taps.followed, name="letter-followed"),
    path("letters/<token>/feed.<feed:form>", letters.feed, name="letter-feed"),
    path("letters/<token>/papers/<path:slug>/<what>", taps.tap, name="letter-tap"),
    path("letters/<token>/papers/<path:slug>", taps.paper, name="letter-paper"),
    path("letters/<token>", letters.letter, name="letter"),
    path("letters/<token>/end", letters.end, name="letter-end"),
    path("letters/<token>/<action>", letters.change, name="letter-change"),
    path("ranking", lists.ranking, name="ranking"),
    path("readers/<handle>", profiles.profile, name="profile"),
    path("readers/<handle>/<part>", profiles.profile, name="profile-part"),
    path("admin/", administration.site.urls),
    path("account/", profiles.account, name="account"),
    path("account/tokens", profiles.tokens, name="account-tokens"),
    path("account/tokens/<int:token_id>/revoke", profiles.revoke_token, name="revoke-token"),
    path("account/invitations", profiles.invitations, name="account-invitations"),
    path("account/interests", interests.learned, name="account-interests"),
    path("account/data", profiles.data, name="account-data"),
    path("account/data/zip", profiles.take_out, name="take-out"),
    path("account/letters", letters.mine, name="account-letters"),
    path("account/delete", profiles.farewell, name="farewell"),
    path("account/", include("allauth.urls")),
    path("invited/<secret>", profiles.invited, name="invited"),
    path("about/search", search_help.page, name="search-help"),
    path("about", pages.about, name="about"),
    path("robots.txt", pages.robots),
    path("llms.txt", api_pages.llms),
    path("mcp", mcp.http),
    path("api", api_pages.about, name="api"),
    path("api/whoami-v2", whoami.answer),
    path("api/openapi.json", api_pages.description, name="openapi"),
    *(path(route.pattern(write.path), write.view()) for write in openapi.WRITES),
    *(path(read.pattern, read.view()) for read in openapi.ROUTES),
    path("api/<path:rest>", api_errors.unknown),
]

handler404 = api_errors.not_found(errors.not_found)
handler500 = api_errors.failed(errors.server_error)
