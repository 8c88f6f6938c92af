"""Comparing our answers with recorded ones, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

ALLOWED = {
    # ours is drawn here
    "thumbnail",
    # of answers before 2025; the client reads neither
    "mediaUrl",
    "submitterOrganization",
}
"""Fields that differ or are missing here, beside those that `is_better` explains."""


def differences(recorded: Any, ours: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Where our answer does not say what the recorded one says. More may be said here."""
    if isinstance(recorded, dict) and isinstance(ours, dict):
        for name, value in recorded.items():
            yield from differences(value, ours.get(name), f"{path}.{name}".lstrip("."))
    elif isinstance(recorded, list) and isinstance(ours, list) and len(recorded) == len(ours):
        for one, other in zip(recorded, ours, strict=True):
            yield from differences(one, other, path)
    elif recorded != ours:
        yield path, recorded, ours


def not_allowed(recorded: dict[str, Any], ours: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """Differences of one item that are not in the list of docs/api.md."""
    found = differences(recorded, ours)
    return [one for one in found if one[0] not in ALLOWED and not is_better(*one, recorded, ours)]


def is_better(path: str, told: Any, ours: Any, recorded: Any, answer: Any) -> bool:
    """Whether a difference is one that we mean."""
    if path.endswith("avatarUrl"):  # leads somewhere from here too
        return bool(ours == f"https://huggingface.co{told}")
    if path == "publishedAt":  # there the moment of publication, hours off: not what it is for
        return bool(ours == recorded["paper"].get("submittedOnDailyAt", told))
    if path == "title":  # there with more LaTeX in it than the title in the paper
        return bool(ours == " ".join(answer["paper"]["title"].split()))
    if path == "paper.ai_summary":  # cleaned for display, as it is shown on our page too
        return bool(" ".join(told.split())[:8] == ours[:8])
    if path.startswith("paper.") and isinstance(told, str):  # an address with blanks around it
        return bool(ours == told.strip())
    return not any(told) if isinstance(told, list) else False  # [] and [""] say nothing
