"""The shapes of Hugging Face's papers in JSON: what its site sends, and what ours answers.

A field that was not sent is UNSET and is not written either, so that a value read and written is
the same again.
"""

from __future__ import annotations

from typing import Annotated, TypeAlias

import msgspec
from msgspec import UNSET, Struct, UnsetType, field

Count = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
Text: TypeAlias = str | UnsetType | None
Yes: TypeAlias = bool | UnsetType | None
Number: TypeAlias = Count | UnsetType | None


class User(Struct, rename="camel"):
    """Who put a paper on the daily page, or claims to have written it."""

    own_id: Text = field(default=UNSET, name="_id")
    id: Text = UNSET
    avatar_url: Text = UNSET
    is_pro: Yes = UNSET
    fullname: Text = UNSET
    name: Text = UNSET
    user: Text = UNSET
    type: Text = UNSET
    is_hf: Yes = UNSET
    is_hf_admin: Yes = UNSET
    is_mod: Yes = UNSET
    follower_count: Number = UNSET
    is_user_following: Yes = UNSET


class Author(Struct, rename="camel"):
    """One name of the author list; `user` where somebody claimed it."""

    own_id: Text = field(default=UNSET, name="_id")
    name: str | None = None
    hidden: bool | None = None
    status: Text = UNSET
    status_last_changed_at: Text = UNSET
    user: User | UnsetType | None = UNSET


class Organization(Struct, rename="camel"):
    own_id: Text = field(default=UNSET, name="_id")
    name: Text = UNSET
    fullname: Text = UNSET
    avatar: Text = UNSET


class Told(Struct, rename="camel"):
    """What Hugging Face tells of a paper beyond what every source may tell."""

    authors: list[Author] | UnsetType | None = UNSET
    published_at: Text = UNSET
    submitted_on_daily_at: Text = UNSET
    submitted_on_daily_by: User | UnsetType | None = UNSET
    submitted_by: User | UnsetType | None = UNSET
    discussion_id: Text = UNSET
    media_urls: list[str] | UnsetType | None = UNSET
    project_page: Text = UNSET
    github_repo: Text = UNSET
    github_repo_added_by: Text = UNSET
    github_stars: Number = UNSET
    organization: Organization | UnsetType | None = UNSET
    is_author_participating: Yes = UNSET


def said(value: object) -> bool:
    """Whether a field was sent and is not null."""
    return value is not None and value is not UNSET
