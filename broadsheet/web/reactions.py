"""How reactions look."""

from __future__ import annotations

from broadsheet.community.models import Feeling

EMOJI = {
    Feeling.AGREE: "👍",
    Feeling.THANKS: "🙏",
    Feeling.INSIGHT: "💡",
    Feeling.DOUBT: "🤔",
}
