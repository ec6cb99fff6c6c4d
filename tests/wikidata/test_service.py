"""The client of the live service, against a real server that misbehaves in the ways the real one does."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.errors import ServiceError
from kb.wikidata.service import A_CALL, AGENT, Service
from tests.recorded import Recorded


@pytest.fixture
def waited() -> list[float]:
    """The seconds that the client waited, without waiting."""
    return []


@pytest.fixture
def service(recorded: Recorded, tmp_path: Path, waited: list[float]) -> Service:
    return Service(recorded.api, recorded.sparql, tmp_path / "cache", 0.5, waited.append)


def test_items_come_fifty_a_call_under_our_name(service: Service, recorded: Recorded) -> None:
    qids = list(recorded.entities)[:120]
    found = dict(service.entities(qids))
    assert set(found) == set(qids)
    assert [len(q["ids"].split("|")) for q in recorded.asked] == [A_CALL, A_CALL, 20]
    assert recorded.agents == {AGENT}


def test_an_item_that_is_not_there_is_left_out(service: Service) -> None:
    assert [qid for qid, _ in service.entities(["Q7747", "Q999999999"])] == ["Q7747"]


def test_what_was_answered_is_not_asked_again(service: Service, recorded: Recorded, tmp_path: Path) -> None:
    first = dict(service.entities(["Q7747", "Q999999999"]))
    hits, rows = service.search("Alina Kabaeva"), service.select("SELECT ?s { ?s ?p ?o } LIMIT 1")
    asked = len(recorded.asked)
    again = Service(recorded.api, recorded.sparql, tmp_path / "cache", 0.0)
    assert dict(again.entities(["Q7747", "Q999999999"])) == first
    assert again.search("Alina Kabaeva") == hits
    assert again.select("SELECT ?s { ?s ?p ?o } LIMIT 1") == rows
    assert (len(recorded.asked), again.asked) == (asked, 0)


def test_an_answer_cut_off_in_the_cache_is_asked_for_again(service: Service, tmp_path: Path) -> None:
    before = dict(service.entities(["Q5"]))
    (kept,) = (tmp_path / "cache").glob("item-Q5-*.json")
    kept.write_bytes(kept.read_bytes()[:20])
    assert dict(service.entities(["Q5"])) == before


def test_searches_by_name(service: Service) -> None:
    (hit,) = service.search("Alina Kabaeva")
    assert (hit.qid, hit.label) == ("Q254220", "Alina Kabaeva")
    assert "gymnast" in hit.description
    assert service.search("Nobody of this name") == []


def test_rows_of_sparql_are_texts(service: Service) -> None:
    query = "SELECT ?class { <http://www.wikidata.org/entity/Q7747> <http://www.wikidata.org/prop/direct/P31> ?class }"
    assert service.select(query) == [{"class": "http://www.wikidata.org/entity/Q5"}]


@pytest.mark.parametrize("trouble", ["429", "500", "503", "cut", "json", "maxlag"])
def test_after_a_trouble_it_asks_again(service: Service, recorded: Recorded, waited: list[float], trouble: str) -> None:
    recorded.troubles = [trouble]
    assert [qid for qid, _ in service.entities(["Q7747"])] == ["Q7747"]
    assert len(recorded.asked) == 2
    least = {"429": 7, "maxlag": 5}.get(trouble, 0.5)
    assert max(waited) >= least


@pytest.mark.parametrize("trouble", ["500", "cut", "json"])
def test_sparql_is_asked_again_too(service: Service, recorded: Recorded, trouble: str) -> None:
    recorded.troubles = [trouble]
    assert service.select("SELECT ?s { ?s ?p ?o } LIMIT 1")
    assert len(recorded.asked) == 2


def test_it_gives_up_after_some_tries_and_says_what_was_wrong(service: Service, recorded: Recorded) -> None:
    recorded.troubles = ["500"] * 9
    with pytest.raises(ServiceError, match=r"did not answer in 5 tries \(last: HTTP 500.*run the command again later"):
        list(service.entities(["Q7747"]))
    assert len(recorded.asked) == 5


def test_a_refusal_is_not_repeated(service: Service, recorded: Recorded) -> None:
    recorded.troubles = ["403"]
    with pytest.raises(ServiceError, match="403"):
        list(service.entities(["Q7747"]))
    assert len(recorded.asked) == 1


def test_json_that_is_not_wikidatas_is_named(service: Service, recorded: Recorded) -> None:
    recorded.troubles = ["other"]
    with pytest.raises(ServiceError, match="without 'entities'; check the address"):
        list(service.entities(["Q7747"]))


def test_a_service_that_is_down_is_named(tmp_path: Path, free_port: int) -> None:
    address = f"http://127.0.0.1:{free_port}"
    service = Service(f"{address}/w/api.php", f"{address}/sparql", tmp_path, 0.0, lambda _: None)
    with pytest.raises(ServiceError, match=rf"127.0.0.1:{free_port}.*did not answer"):
        service.search("x")


def test_requests_keep_their_distance(service: Service, recorded: Recorded, waited: list[float]) -> None:
    service.search("a")
    service.search("b")
    assert waited
    assert 0 < waited[-1] <= 0.5
