from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.papers.identifiers import clean_doi, split_arxiv_id


@pytest.mark.parametrize(
    ("told", "arxiv_id", "version"),
    [
        ("2401.01234", "2401.01234", None),
        ("2401.01234v2", "2401.01234", 2),
        (" arXiv:0704.0001v10 ", "0704.0001", 10),
        ("arXiv:2401.01234v1 [cs.CL]", "2401.01234", 1),
        ("hep-th/9901001", "hep-th/9901001", None),
        ("arXiv:hep-th/9901001v1", "hep-th/9901001", 1),
        ("math.GT/0309136", "math/0309136", None),
        ("cond-mat.mtrl-sci/0309136v3", "cond-mat/0309136", 3),
        ("HEP-TH/9901001", "hep-th/9901001", None),
        ("https://arxiv.org/abs/2401.01234v2", "2401.01234", 2),
        ("http://arxiv.org/abs/math.GT/0309136", "math/0309136", None),
        ("https://arxiv.org/pdf/2401.01234v2.pdf", "2401.01234", 2),
        ("https://export.arxiv.org/abs/2401.01234?context=cs", "2401.01234", None),
        ("arxiv.org/abs/2401.01234#top", "2401.01234", None),
        ("oai:arXiv.org:1401.2122", "1401.2122", None),
        ("oai:arXiv.org:math/0309136", "math/0309136", None),
        ("https://doi.org/10.48550/arXiv.2401.01234", "2401.01234", None),
        ("10.48550/ARXIV.2401.01234", "2401.01234", None),
    ],
)
def test_arxiv_ids_in_all_their_spellings(told: str, arxiv_id: str, version: int | None) -> None:
    assert split_arxiv_id(told) == (arxiv_id, version)


@pytest.mark.parametrize(
    "told",
    [
        "",
        "abc",
        "2413.01234",  # there is no month 13
        "0000.0000",
        "0703.0001",  # the new style began in April 2007
        "2401.0123",  # five digits since 2015
        "1412.01234",  # four digits before
        "hep-th/0704001",  # the old style ended in March 2007
        "hep-th/9913001",
        "pages/9901001",  # not an archive
        "https://example.org/abs/2401.01234",
        "2401.01234v2v3",
        "see 2401.01234",
        "２４０１.01234",
    ],
)
def test_what_is_no_arxiv_id(told: str) -> None:
    assert split_arxiv_id(told) is None


def test_version_zero_is_no_version() -> None:
    assert split_arxiv_id("2401.01234v0") == ("2401.01234", None)


@given(st.text())
def test_canonical_ids_stay_as_they_are(told: str) -> None:
    found = split_arxiv_id(told)
    assert found is None or split_arxiv_id(found[0]) == (found[0], None)


@pytest.mark.parametrize(
    ("told", "doi"),
    [
        ("10.1000/ABC.5", "10.1000/abc.5"),
        ("https://doi.org/10.1000/abc", "10.1000/abc"),
        ("doi: 10.1000/abc.", "10.1000/abc"),
        ("10.1000/one 10.1000/two", "10.1000/one"),
        ("10.1000/one, 10.1000/two", "10.1000/one"),
        ("10.1016/S0370-2693(97)00001-2", "10.1016/s0370-2693(97)00001-2"),
        ("(see 10.1000/abc)", "10.1000/abc"),
        ("10.1002/(SICI)1097(19980815)17:15<1661::AID>3.0.CO;2-2",) * 2,
        ("none", ""),
        ("", ""),
    ],
)
def test_dois_are_cleaned(told: str, doi: str) -> None:
    assert clean_doi(told) == doi.lower()
