from __future__ import annotations

import time

import pytest

from broadsheet.sources.names import listed_names, split_names, upright


@pytest.mark.parametrize(
    ("told", "names"),
    [
        ("A. One, B. Two and C. Three", ("A. One", "B. Two", "C. Three")),
        ("A. One, B. Two, and C. Three, et al.", ("A. One", "B. Two", "C. Three")),
        ("Flow Collaboration: A. One, B. Two", ("Flow Collaboration", "A. One", "B. Two")),
        ("River and Lake Collaboration, A. One", ("River and Lake Collaboration", "A. One")),
        ("A. One (1 and 2), B. Two (2) ((1) Lab, (2) Home)", ("A. One", "B. Two")),
        ("A. One (Lab,\n  City", ("A. One",)),
        ("One, Ann; Two, Bob", ("Ann One", "Bob Two")),
        ("A. One on behalf of the Flow Team", ("A. One", "Flow Team")),
        ("B. Two, Jr., A. One, Sr", ("B. Two Jr.", "A. One Sr")),
        (" , :", ()),
        ("", ()),
    ],
)
def test_names_out_of_one_text(told: str, names: tuple[str, ...]) -> None:
    assert split_names(told) == names


@pytest.mark.parametrize(
    ("told", "names"),
    [
        (["Ann One", "Bob Two"], ("Ann One", "Bob Two")),
        (["Ann\n One", "Bob Two,"], ("Ann One", "Bob Two")),
        (["Ann One (Lab", "City)", "Bob Two"], ("Ann One", "Bob Two")),
        (["Ann One for the Flow Group"], ("Ann One", "Flow Group")),
        (["Flow Team", ":", "Ann One"], ("Flow Team", "Ann One")),
        ([], ()),
    ],
)
def test_names_out_of_a_list(told: list[str], names: tuple[str, ...]) -> None:
    assert listed_names(told) == names


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("One, Ann", "Ann One"),
        ("One, Ann, Jr.", "Ann One Jr."),
        ("One, Jr., Ann", "Ann One Jr."),
        ("Ann One", "Ann One"),
        ("One,", "One"),
    ],
)
def test_family_names_go_behind(told: str, name: str) -> None:
    assert upright(told) == name


@pytest.mark.parametrize(
    "piece", [" ", "(", "()", "for ", "for the ", ",", "and ", "x (", "a; ", "a:"]
)
def test_monotony_takes_no_time(piece: str) -> None:
    begun = time.process_time()
    split_names(piece * 10_000)
    assert time.process_time() - begun < 2
