"""What teaches an interest, said to its reader in plain words."""

from __future__ import annotations

from django.db.models import Count

from broadsheet.community.desks import State
from broadsheet.interests.models import Interest, Verdict


def told(interest: Interest) -> list[str]:
    """Each source, as `papers that you vote for`. Three queries."""
    said = dict(interest.examples.order_by().values_list("verdict").annotate(papers=Count("*")))
    wishes = interest.wishes.count()
    about = ["what you wrote about it"] if interest.about else []
    for verdict, words in ((Verdict.MORE, "that you like"), (Verdict.LESS, "not for you")):
        if number := said.get(verdict):
            about.append(f"{number:,} paper{'' if number == 1 else 's'} {words}")
    if wishes:
        named = "name or word" if wishes == 1 else "names and words"
        about.append(f"{wishes:,} {named} that you gave")
    if interest.uses_votes:
        about.append("papers that you vote for")
    states = [name.lower() for state, name in State.choices if state in interest.reading]
    about += [f"your reading list ({', '.join(states)})"] if states else []
    if interest.uses_follows:
        about.append("what you follow")
    titles = interest.collections.order_by("title").values_list("title", flat=True)
    return [*about, *(f"your collection “{title}”" for title in titles)]


def sentence(interest: Interest) -> str:
    """All of it, as `5 papers that you like and what you follow`; empty where nothing does."""
    *before, last = told(interest) or [""]
    return f"{', '.join(before)} and {last}" if before else last
