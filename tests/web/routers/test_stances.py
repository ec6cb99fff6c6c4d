"""`/stances` over real HTTP."""

from __future__ import annotations

import csv
import io

import httpx
import pyoxigraph as ox
import pytest

PAGE = {"Accept": "text/html"}


def ids(http: httpx.Client, **params: str | float) -> list[str]:
    answer = http.get("/stances", params=params)
    assert answer.status_code == 200, answer.text
    return sorted(row["id"] for row in answer.json()["stances"])


def test_row_has_its_whole_receipt(http: httpx.Client) -> None:
    row = http.get("/stances/1a12").json()
    assert row["iri"] == "https://kb.test/id/stance/1a12"
    assert (row["holder"]["name"], row["holder"]["qid"], row["holder"]["kind"]) == ("Tomasz Wilk", "Q9000002", "entity")
    assert (row["target"]["name"], row["target"]["kind"]) == ("The harbour bridge should be built", "proposition")
    assert [thing["name"] for thing in row["target"]["about"]] == ["Tomasz Wilk", "Ministry of Transport"]
    assert (row["polarity"], row["certainty"], row["confidence"]) == ("support", "probable", 0.74)
    assert (row["date"], row["date_basis"], row["status"]) == ("2024-05-02", "article-date", "extracted")
    assert row["evidence"]["exact"].startswith("Transport minister Tomasz Wilk")
    assert row["evidence"]["end"] - row["evidence"]["start"] == len(row["evidence"]["exact"])
    assert row["cue"]["exact"] == "backs"
    assert row["article"]["publisher"]["name"] == "The Ledger"
    assert row["article"]["url"] == "https://ledger.test/harbour"


def test_row_keeps_voice_holder_and_author_apart(http: httpx.Client) -> None:
    row = http.get("/stances/1a12").json()
    assert (row["voice"]["name"], row["voice"]["kind"]) == ("two officials in the ministry", "unnamed")
    assert row["voice"]["affiliation"]["name"] == "Ministry of Transport"
    assert [(link["agent"]["name"], link["mode"]) for link in row["chain"]] == [
        ("two officials in the ministry", "indirect-speech")
    ]
    assert row["author"]["name"] == "Lena Ortiz"


def test_row_of_the_author_has_no_chain(http: httpx.Client) -> None:
    row = http.get("/stances/1a14").json()
    assert row["chain"] == []
    assert (row["holder"]["name"], row["author"]["name"], row["target"]["kind"]) == (
        "Lena Ortiz",
        "Lena Ortiz",
        "entity",
    )


def test_row_of_a_republication_names_both_outlets(http: httpx.Client) -> None:
    article = http.get("/stances/3c31").json()["article"]
    assert (article["publisher"]["name"], article["original_publisher"]["name"]) == ("Mirror Site", "The Ledger")
    assert "printed it again" in http.get("/stances/3c31", headers=PAGE).text


def test_all_come_latest_first_without_those_taken_back(http: httpx.Client) -> None:
    answer = http.get("/stances").json()
    assert answer["total"] == 9
    dates = [row["date"] for row in answer["stances"]]
    assert dates == sorted(dates, reverse=True)
    assert "2b24" not in [row["id"] for row in answer["stances"]]


def test_one_that_was_taken_back_can_still_be_seen_and_says_so(http: httpx.Client) -> None:
    assert http.get("/stances/2b24").json()["status"] == "retracted"
    assert "<strong>retracted</strong>" in http.get("/stances/2b24", headers=PAGE).text


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"holder": "Q9000001"}, ["1a11", "2b22", "3c31"]),
        ({"holder": "nuria sole"}, ["1a11", "2b22", "3c31"]),
        ({"holder": "harbour-watch-3f2a"}, ["1a15", "2b23"]),
        ({"holder": "https://kb.test/id/entity/Q9000002"}, ["1a12", "2b21"]),
        ({"target": "Q9000002"}, ["1a14"]),
        ({"target": "72a31"}, ["2b22"]),
        ({"target": "https://kb.test/id/proposition/72a31"}, ["2b22"]),
        ({"target": "the new TRAM line should be built"}, ["2b22"]),
        ({"target": "Tomasz Wilk"}, ["1a14"]),
        ({"holder": "mayor sole"}, ["1a11", "2b22", "3c31"]),
        ({"about": "tomasz wilk", "polarity": "support"}, ["1a12"]),
        ({"source": "the ledger"}, ["1a11", "1a12", "1a13", "1a14", "1a15", "3c31"]),
        ({"source": "5ec2e7"}, ["1a12"]),
        ({"source": "two officials in the ministry"}, ["1a12"]),
        ({"about": "Q9000002", "polarity": "support"}, ["1a12"]),
        ({"polarity": "mixed"}, ["2b21"]),
        ({"source": "mirror-site-9e9e"}, ["3c31"]),
        ({"source": "Q9000010"}, ["1a11", "1a12", "1a13", "1a14", "1a15", "3c31"]),
        ({"article": "post-2024-05-03"}, ["2b21", "2b22", "2b23"]),
        ({"from": "2024-05-04"}, ["3c31"]),
        ({"to": "2024-04"}, ["2b22"]),
        ({"from": "2024-05-03", "to": "2024-05-03"}, ["2b21", "2b23"]),
        ({"from": "2024", "min_confidence": 0.92}, ["1a11", "3c31"]),
        ({"holder": "Q9000001", "target": "Q9000002"}, []),
    ],
)
def test_filter(http: httpx.Client, params: dict[str, str | float], expected: list[str]) -> None:
    assert ids(http, **params) == expected


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"polarity": "angry"}, 400),
        ({"from": "yesterday"}, 400),
        ({"to": "2024-13"}, 400),
        ({"from": "2024-02-30"}, 400),
        ({"min_confidence": "2"}, 400),
        ({"min_confidence": "nan"}, 400),
        ({"holder": "nobody"}, 404),
        ({"target": "nothing"}, 404),
        ({"holder": "https://kb.test/a b"}, 400),
        ({"article": "a> } INSERT"}, 404),
    ],
)
def test_bad_filter_names_the_value(http: httpx.Client, params: dict[str, str], status: int) -> None:
    answer = http.get("/stances", params=params)
    assert answer.status_code == status, answer.text
    assert next(iter(params.values())) in answer.json()["detail"]
    assert answer.json()["next"]


@pytest.mark.parametrize(
    ("params", "ids"),
    [
        ({"holder": "jon vale"}, ["jon-vale-1111", "jon-vale-2222", "Q9100004", "painter of Sylvania"]),
        ({"target": "CEASEFIRE"}, ["aa02", "aa03", "about Freedonia, Ilvana Torvald"]),
        ({"target": "Freedonia"}, ["aa04 (proposition", "Q9100003 (entity"]),
    ],
)
def test_a_name_of_several_is_400_and_tells_them_apart(
    names_http: httpx.Client, params: dict[str, str], ids: list[str]
) -> None:
    answer = names_http.get("/stances", params=params)
    assert answer.status_code == 400
    assert all(one in answer.json()["detail"] for one in ids), answer.json()["detail"]


def test_a_name_that_is_misspelt_is_404_and_offers_those_like_it(names_http: httpx.Client) -> None:
    answer = names_http.get("/stances", params={"target": "Ilvana Torvlad"})
    assert answer.status_code == 404
    assert "Ilvana Torvlad" in answer.json()["detail"]
    assert "Ilvana Torvald (Q9100001)" in answer.json()["next"]


def test_who_is_called_so_as_an_entity_counts_before_an_unnamed_source(names_http: httpx.Client) -> None:
    assert ids(names_http, holder="a senior official") == ["0006"]
    assert ids(names_http, holder="Ilvana Torvald") == ["0001", "0002", "0003"]


def test_pages_are_in_the_header_too(http: httpx.Client) -> None:
    answer = http.get("/stances", params={"limit": 4, "offset": 4})
    page = answer.json()
    assert page["prev"] == page["previous"]
    assert answer.headers["link"] == f'<{page["next"]}>; rel="next", <{page["prev"]}>; rel="prev"'


def test_pages_join_without_gap_or_overlap(http: httpx.Client) -> None:
    first = http.get("/stances", params={"limit": 4}).json()
    second = http.get(first["next"]).json()
    third = http.get(second["next"]).json()
    found = [row["id"] for page in (first, second, third) for row in page["stances"]]
    assert found == [row["id"] for row in http.get("/stances").json()["stances"]]
    assert third["next"] is None
    assert http.get(third["previous"]).json()["stances"] == second["stances"]


def test_csv_has_one_line_a_stance(http: httpx.Client) -> None:
    answer = http.get("/stances", headers={"Accept": "text/csv"})
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(lines) == 9
    row = next(line for line in lines if line["stance"].endswith("1a12"))
    assert (row["holder_qid"], row["polarity"], row["chain"]) == (
        "Q9000002",
        "support",
        "two officials in the ministry",
    )


def test_page_has_a_form_that_keeps_what_was_asked(http: httpx.Client) -> None:
    page = http.get("/stances", params={"holder": "Q9000001", "polarity": "oppose"}, headers=PAGE).text
    assert 'value="Q9000001"' in page
    assert "<option selected>oppose</option>" in page


def test_turtle_of_one_is_its_receipt_as_rdf(http: httpx.Client) -> None:
    answer = http.get("/stances/1a12", headers={"Accept": "text/turtle"})
    subjects = {str(t.subject) for t in ox.parse(answer.content, ox.RdfFormat.TURTLE)}
    assert "<https://kb.test/id/stance/1a12>" in subjects
    assert "<https://kb.test/id/attribution/1a12-1>" in subjects


def test_unknown_one_is_404(http: httpx.Client) -> None:
    answer = http.get("/stances/ffff")
    assert answer.status_code == 404
    assert "ffff" in answer.json()["detail"]


def test_an_unnamed_source_is_called_what_it_is(http: httpx.Client) -> None:
    page = http.get("/stances", params={"source": "5ec2e7"}, headers=PAGE).text
    name = http.get("/sources/5ec2e7").json()["name"]
    assert f'<span class="quiet">passed on by</span> <bdi>{name}</bdi>' in page
    both = http.get("/stances", params={"source": "5ec2e7", "voice": "Q9000001"})
    assert both.status_code == 400
    assert "source:" in both.json()["detail"]
