"""Feed the query language whatever bytes lead to new code in it, until something raises.

    python -m pip install "atheris~=3.0"
    python -m bench.fuzz_query [-max_total_time=300] [FOLDER OF INPUTS]

What atheris (libFuzzer) finds is written to a file `crash-...`, and its options follow. Beside
`parse`, everything is fuzzed that looks at a query before the index is asked: the terms, the
ways to narrow, and the marks in a text.
"""

from __future__ import annotations

import os
import sys

import atheris
import django

WORDS = ("au:", "cat:cs.*", "year:2023..", "date:", "votes:>", "has:code", " OR ", "-(", '"', "id:")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "broadsheet.settings")
    with atheris.instrument_imports(include=["broadsheet.search", "broadsheet.papers"]):
        django.setup()
        from broadsheet.search import conditions, marks, query
    from broadsheet.search.counts import Count
    from broadsheet.web import marked, narrowing

    counts = {
        name: [Count("cs", 2), Count("cs.LG", 1), Count("2024", 1)]
        for name in ("archive", "category", "year", "has", "source")
    }

    def one_input(data: bytes) -> None:
        provider = atheris.FuzzedDataProvider(data)
        parts = [
            WORDS[provider.ConsumeIntInRange(0, len(WORDS) - 1)]
            if provider.ConsumeBool()
            else provider.ConsumeUnicode(12)
            for _ in range(provider.ConsumeIntInRange(0, 24))
        ]
        text = "".join(parts) + provider.ConsumeUnicode(40)
        understood = query.parse(text, provider.ConsumeUnicode(8), provider.ConsumeUnicode(3))
        conditions.matching(understood)
        conditions.matching(understood, every_word=False)
        narrowing.groups(understood, counts)
        narrowing.chosen(understood)
        sought = marks.marks(understood)
        marked.passage(f"{understood.text} & <b> $x_{{a}}$. More of {understood.text}", 60, sought)

    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
