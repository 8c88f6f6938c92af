"""A day as Hugging Face's site sends it, made up: an item of 2026 and one of 2024."""

from __future__ import annotations

import json
from typing import Any

DAY = "2025-12-15"

SUBMITTER: dict[str, Any] = {
    "_id": "650000000000000000000001",
    "avatarUrl": "/avatars/0123.svg",
    "isPro": False,
    "fullname": "Ann Tester",
    "user": "ann-tester",
    "type": "user",
}
LAB: dict[str, Any] = {
    "_id": "640000000000000000000001",
    "name": "flow",
    "fullname": "Flow Lab",
    "avatar": "https://cdn.example.org/flow.png",
}
PAPER: dict[str, Any] = {
    "id": "2512.00007",
    "authors": [
        {
            "_id": "690000000000000000000001",
            "user": {**SUBMITTER, "name": "ann-tester"},
            "name": "Ann Tester",
            "status": "claimed_verified",
            "statusLastChangedAt": "2025-12-15T08:00:00.000Z",
            "hidden": False,
        },
        {"_id": "690000000000000000000002", "name": "Bob Hidden", "hidden": True},
        {"_id": "690000000000000000000003", "name": "Cy Trial", "hidden": False},
    ],
    "mediaUrls": ["https://cdn.example.org/b.webp", "https://cdn.example.org/a.webp"],
    "publishedAt": "2025-12-12T17:08:18.000Z",
    "submittedOnDailyAt": "2025-12-15T03:55:12.777Z",
    "title": "Invented Rivers and\n  Their $\\alpha$-Banks",
    "submittedOnDailyBy": SUBMITTER,
    "summary": "We invent rivers.\nThey flow uphill.",
    "upvotes": 32,
    "discussionId": "690000000000000000000009",
    "projectPage": "https://rivers.example.org/",
    "githubRepo": "https://github.com/example/rivers",
    "githubRepoAddedBy": "user",
    "githubStars": 9,
    "ai_summary": "Rivers are invented.",
    "ai_keywords": ["invention", "rivers"],
    "ai_summary_model": "flow/7b",
    "organization": LAB,
}
ITEM: dict[str, Any] = {
    "paper": PAPER,
    "publishedAt": "2025-12-12T12:08:18.000Z",
    "title": "Invented Rivers and Their $\\alpha$-Banks",
    "summary": PAPER["summary"],
    "mediaUrls": PAPER["mediaUrls"],
    "thumbnail": "https://cdn-thumbnails.huggingface.co/social-thumbnails/papers/2512.00007.png",
    "numComments": 3,
    "submittedBy": {
        **{name: value for name, value in SUBMITTER.items() if name != "user"},
        "name": "ann-tester",
        "isHf": False,
        "isHfAdmin": False,
        "isMod": False,
        "followerCount": 4,
        "isUserFollowing": False,
    },
    "organization": LAB,
    "isAuthorParticipating": True,
}
OLD: dict[str, Any] = {
    "paper": {
        "id": "2512.00008",
        "authors": [{"_id": "66", "name": "Di Sample", "hidden": False}],
        "publishedAt": "2025-12-13T00:00:00.000Z",
        "title": "Old Lamps",
        "summary": "Lamps of old.",
        "upvotes": 0,
    },
    "publishedAt": "2025-12-15T02:00:00.000Z",
    "title": "Old Lamps",
    "mediaUrl": "https://cdn-thumbnails.huggingface.co/social-thumbnails/papers/2512.00008.png",
    "numComments": 0,
}
ITEMS = [ITEM, OLD]


def line(day: str = DAY, items: list[dict[str, Any]] | None = None) -> str:
    """A day of a recording, as importers take it."""
    told = ITEMS if items is None else items
    return json.dumps({"date": day, "url": "https://example.org", "items": told}) + "\n"
