"""Pages of things: each number on them opens what it counts; what a stance rests on; how it is cited."""

from __future__ import annotations

import html
import re

import httpx
import pytest

from kb.web.receipts import bibtex, citation, cued

PAGE = {"Accept": "text/html"}
JSON = {"Accept": "application/json"}
TALLY = re.compile(
    r'<a[^>]*href="(/stances\?[^"]+)"[^>]*>(?:<b>)?([\d,]+)(?:</b>)?[^<]*</a>'
    r'(?: <span class="quiet">in ([\d,]+) stances)?'
)


@pytest.mark.parametrize(
    "path",
    ["/", "/entities/Q9000002", "/entities/Q9000001", "/sources/Q9000010", "/propositions/b1d6e", "/sources/5ec2e7"],
)
def test_every_number_opens_what_it_counts(http: httpx.Client, path: str) -> None:
    page = http.get(path, headers=PAGE).text
    numbers = TALLY.findall(page)
    assert numbers
    for address, utterances, stances in numbers:
        listed = http.get(html.unescape(address), headers=JSON).json()
        assert f"{listed['utterances']:,}" == utterances, address
        assert not stances or f"{listed['total']:,}" == stances, address


def test_start_page_answers_who_opposed_what_by_whose_word(http: httpx.Client) -> None:
    start = http.get("/", headers=PAGE).text
    question = re.search(r'href="(/stances\?target=[^"]*polarity=oppose)">Who opposed', start)
    assert question
    answer = http.get(html.unescape(question[1]), headers=PAGE).text
    for part in ('class="holder"', "<blockquote", "According to", "Receipt"):
        assert part in answer


def test_every_question_of_the_start_page_has_an_answer_or_a_form(http: httpx.Client) -> None:
    start = http.get("/", headers=PAGE).text
    links = re.findall(r'<li><a href="((?:/queries/|/stances|/compare/)[^"]*)">', start)
    assert len(links) >= 8
    for link in links:
        assert http.get(html.unescape(link), headers=PAGE).status_code == 200, link


def test_search_finds_things_of_all_kinds(http: httpx.Client) -> None:
    page = http.get("/search", params={"q": "bridge"}, headers=PAGE).text
    assert 'href="/propositions/b1d6e"' in page
    assert 'href="/sources/Q9000010"' in http.get("/search", params={"q": "ledger"}, headers=PAGE).text
    assert "Nothing has a name like that" in http.get("/search", params={"q": "zzzzqqq"}, headers=PAGE).text


@pytest.mark.parametrize(("q", "key"), [("ledger", "Q9000010"), ("officials", "5ec2e7")])
def test_search_counts_what_the_page_of_a_source_lists(http: httpx.Client, q: str, key: str) -> None:
    page = http.get("/search", params={"q": q}, headers=PAGE).text
    number = re.search(rf'href="/sources/{key}".*?reports (\d+) stance', page, re.DOTALL)
    assert number
    assert int(number[1]) == http.get(f"/sources/{key}", headers=JSON).json()["total"] > 0


@pytest.mark.parametrize("form", ["text/html", "application/json", "text/turtle"])
def test_who_prints_nothing_is_no_outlet(http: httpx.Client, form: str) -> None:
    answer = http.get("/sources/Q9000001", headers={"Accept": form})
    assert answer.status_code == 404
    assert "/entities/Q9000001" in answer.text


def test_the_source_page_tells_the_voices_apart(http: httpx.Client) -> None:
    page = http.get("/sources/Q9000010", headers=PAGE).text
    assert "telling=author" in page
    assert "telling=quoted" in page
    assert "unnamed=true" in page
    assert "Whom it quotes" in page


def test_the_receipt_shows_sentence_cue_chain_citation_and_turtle(http: httpx.Client) -> None:
    row = http.get("/stances/1a12").json()
    page = http.get("/stances/1a12", headers=PAGE).text
    assert "<mark>" in page
    assert html.escape(citation(row), quote=False)[:20] in page
    assert "st:Stance" in page
    assert page.count('<span class="role">') >= 3


def test_a_citation_names_article_claim_and_record(http: httpx.Client) -> None:
    row = http.get("/stances/1a12").json()
    line = citation(row)
    assert line.startswith(f"“{row['evidence']['exact']}” Said by ")
    for part in (row["article"]["title"], row["iri"], "Tomasz Wilk supports The harbour bridge should be built"):
        assert part in line
    assert bibtex(row).startswith("@article{")
    assert bibtex({**row, "article": {**row["article"], "title": "50 % of {x} & y_z"}}).count(r"\%") == 1


def test_the_cue_is_marked_where_it_stands() -> None:
    row = {
        "evidence": {"start": 10, "end": 25, "exact": "He backed a plan"},
        "cue": {"start": 13, "end": 19, "exact": "backed"},
    }
    assert cued(row) == ("He ", "backed", " a plan")
    assert cued({**row, "cue": {"start": 2, "end": 5, "exact": "far"}}) is None
    assert cued({**row, "cue": None}) is None


def test_chips_leave_out_one_of_the_things_asked_for(http: httpx.Client) -> None:
    page = http.get("/stances?holder=Q9000002&telling=quoted&polarity=support", headers=PAGE).text
    assert "held by" in page
    assert (
        'href="/stances?telling=quoted&amp;polarity=support"' in page
        or 'href="/stances?polarity=support&amp;telling=quoted"' in page
    )
