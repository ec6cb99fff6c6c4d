"""`kb wikidata sync` and `relink` on a base of our own articles, with a server of recorded answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.cli import main
from kb.iris import Minter
from kb.linking.index import Entry
from kb.linking.linker import Linker, Question
from kb.model import EntityLink, LinkStatus
from kb.queries import Rows
from kb.queries import run as ask
from kb.settings import Settings
from kb.store import open_store
from kb.wikidata import syncing
from tests.recorded import Recorded

ARTICLES = {
    "war.txt": """Title: Putin speaks on Iraq
Date: 2003-03-20
Publisher: Meridian Wire

Russian President Vladimir Putin opposed the war in Iraq on Thursday. Vladimir Putin criticised the United States.
""",
    "gala.txt": """Title: A gala in the capital
Date: 2014-02-08
Publisher: Meridian Wire

The gymnast Alina Kabaeva carried the torch in the stadium. Alina Kabaeva is a Russian politician.
""",
}


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recorded: Recorded) -> str:
    """A base with the articles, and settings that name the local server."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KB_WIKIDATA_API", recorded.api)
    monkeypatch.setenv("KB_WIKIDATA_SPARQL", recorded.sparql)
    monkeypatch.setenv("KB_MODEL", "rules")
    for name, text in ARTICLES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert main(["add", *ARTICLES, "--store", "base"]) == 0
    return "base"


def run(*arguments: str) -> int:
    """`kb wikidata ...` without pauses."""
    return main(["wikidata", *arguments, *(("--pause", "0") if arguments[0] == "sync" else ())])


def item_of(base: str, key: str) -> str:
    """The item that the base matches an entity with; "" for none."""
    store = open_store(base, read_only=True)
    query = f"""SELECT ?item {{ <{Minter(Settings().base_iri).entity(key)}>
        <http://www.w3.org/2004/02/skos/core#exactMatch> ?item }}"""
    found = [row["item"].value.rpartition("/")[2] for row in store.query(query)]  # type: ignore[union-attr]
    store.close()
    assert len(found) < 2
    return found[0] if found else ""


def facts(base: str) -> set[tuple[str, str, str]]:
    """The facts of the base as short texts."""
    store = open_store(base, read_only=True)
    quads = store.quads(Minter(Settings().base_iri).wikidata_graph)
    found = {tuple(str(getattr(n, "value", n)).rpartition("/")[2] for n in (q[0], q[1], q[2])) for q in quads}
    store.close()
    return found  # type: ignore[return-value]


def test_facts_of_linked_items_are_written_with_labels_of_what_they_name(base: str) -> None:
    assert run("sync", "--store", base, "--facts-only") == 0
    found = facts(base)
    assert any((p, o) == ("P102", "Q151469") for _, p, o in found)
    assert ("Q7747", "P39", "Q218295") in found
    assert any(s == "Q218295" and p.endswith("label") for s, p, _ in found)
    terms = {s for s, p, o in found if (p, o) == ("P39", "Q218295") and s != "Q7747"}
    starts = {o for s, p, o in found if s in terms and p == "P580"}
    assert any(start.startswith("2000-05") for start in starts)


def test_a_second_run_asks_nothing_and_changes_nothing(base: str, recorded: Recorded) -> None:
    run("sync", "--store", base, "--facts-only")
    before, asked = facts(base), len(recorded.asked)
    assert run("sync", "--store", base, "--facts-only", "--all") == 0
    assert (facts(base), len(recorded.asked)) == (before, asked)


def test_party_members_who_opposed_something_in_office(base: str) -> None:
    run("sync", "--store", base, "--facts-only")
    store = open_store(base, read_only=True)

    def rows(**given: str) -> Rows:
        return ask(store, "party-in-office", given)

    found = rows(party="Q151469", office="Q218295")
    assert {(row["holder_name"], row["office_name"]) for row in found} == {("Vladimir Putin", "President of Russia")}
    assert not len(rows(party="Q151469", office="Q842386"))  # prime minister before and after
    assert not len(rows(party="Q79854"))  # which he had left by then
    assert not len(rows(party="Q151469", polarity_is="support"))
    store.close()


def test_what_is_not_linked_gets_candidates_and_then_a_link_under_the_same_iri(
    base: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert item_of(base, "alina-kabaeva") == ""
    assert run("sync", "--store", base) == 0
    assert "Next: kb wikidata relink --index" in capsys.readouterr().out
    assert run("relink", "--store", base, "--index", "kb-wikidata/index") == 0
    assert "alina-kabaeva\t-\tQ254220\tgala" in capsys.readouterr().out
    assert item_of(base, "alina-kabaeva") == "Q254220"
    assert item_of(base, "vladimir-putin") == "Q7747"
    assert run("relink", "--store", base, "--index", "kb-wikidata/index") == 0
    assert capsys.readouterr().out == ""


def test_a_relinked_base_is_valid(base: str) -> None:
    run("sync", "--store", base)
    run("relink", "--store", base, "--index", "kb-wikidata/index")
    assert main(["validate", "--store", base]) == 0


def test_relinking_all_with_the_same_index_changes_nothing_right(base: str) -> None:
    before = item_of(base, "vladimir-putin")
    assert run("relink", "--store", base, "--all") == 0
    assert item_of(base, "vladimir-putin") == before == "Q7747"


def add(base: str, name: str, text: str) -> None:
    """Add one more article to the base."""
    Path(name).write_text(f"Title: News\nDate: 2014-02-09\nPublisher: Meridian Wire\n\n{text}\n", encoding="utf-8")
    assert main(["add", name, "--store", base]) == 0


def test_a_government_called_by_its_capital_does_not_become_the_city(base: str) -> None:
    add(base, "envoys.txt", "Ankara rejected the plan on Monday. Ankara condemned the decision.")
    assert item_of(base, "turkey") == "Q43"
    assert run("relink", "--store", base, "--all") == 0
    assert item_of(base, "turkey") == "Q43"


def test_a_team_does_not_become_its_country(base: str) -> None:
    text = "The match was the final of the cup. Samoa beat Tonga after two goals by the coach's best striker."
    add(base, "cup.txt", text)
    before = {key: item_of(base, key) for key in ("samoa", "tonga")}
    assert run("relink", "--store", base) == 0
    assert {key: item_of(base, key) for key in before} == before


def test_what_a_smaller_index_does_not_know_stays_linked(base: str, tmp_path: Path) -> None:
    own = tmp_path / "own.tsv"
    own.write_text(
        "qid\tlabel\taliases\ttype\tdescription\tprior\tstatus\n"
        "Q999999999\tNobody At All\t\tperson\tinvented\t0.10\tchecked\n",
        encoding="utf-8",
    )
    assert run("relink", "--store", base, "--all", "--index", str(own)) == 0
    assert item_of(base, "vladimir-putin") == "Q7747"


def test_a_person_whom_one_article_would_not_link_is_linked_in_none(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    add(base, "shop.txt", "Alina Kabaeva opened a bakery. The baker Alina Kabaeva sells bread.")
    run("sync", "--store", base)
    decide = Linker.decide

    def doubt(self: Linker, question: Question, known: tuple[Entry, ...] = ()) -> EntityLink:
        return EntityLink(LinkStatus.NIL) if "bakery" in question.context else decide(self, question, known)

    monkeypatch.setattr(Linker, "decide", doubt)
    run("relink", "--store", base, "--index", "kb-wikidata/index")
    assert item_of(base, "alina-kabaeva") == ""


def test_a_service_that_is_down_leaves_the_base_as_it_is(base: str, recorded: Recorded) -> None:
    recorded.troubles = ["500"] * 99
    assert main(["wikidata", "sync", "--store", base, "--pause", "0"]) == 1
    assert facts(base) == set()
    recorded.troubles = []
    assert run("sync", "--store", base, "--facts-only") == 0
    assert facts(base)


def test_names_that_only_reader_comments_use_are_not_asked_for(base: str) -> None:
    store = open_store(base, read_only=True)
    names = set(syncing.unlinked(store))
    store.close()
    assert "Alina Kabaeva" in names
    assert "Vladimir Putin" not in names
