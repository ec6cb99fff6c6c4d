"""The command line as a user runs it: bad inputs are named, the rest is done, exit codes say which."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import rdflib

from kb.store.embedded import EmbeddedStore

KB = [sys.executable, "-c", "import sys; from kb.cli import main; sys.exit(main())"]
GOOD = "Mara Holt opposes the tunnel.\n\nThe mayor of Brill, Jonas Reed, praised the nurses on Monday.\n"

HARBOUR = """Harbour closed

By Ada Pine
May 2, 2024

Russia condemned the closure of the harbour of Brill on Monday, and the council said that repairs would take a week.

Norway supports the repairs, and the port of Oslo offered its cranes to the council for the time being.

Buses will run every hour until the work on the old quay is done, and they will be free of charge for everybody.

2 thoughts on “Harbour closed”

  1. Jonas Reed is a disgrace.

  2. Thank you for the news.
"""

UNQUOTED = "until the work on the old quay"  # no stance and no mention quotes it: it is in the full text only


def kb(*arguments: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {k: v for k, v in os.environ.items() if not k.startswith("KB_")} | environment
    return subprocess.run(
        [*KB, *map(str, arguments)], cwd=cwd, env=env, capture_output=True, text=True, timeout=120, check=False
    )


def export(store: Path, *more: str) -> list[str]:
    done = kb("export", "--store", store, "--format", "nquads", *more, cwd=store.parent)
    assert done.returncode == 0, done.stderr
    return sorted(done.stdout.splitlines())


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two articles, one of them with a reader comment."""
    folder = tmp_path_factory.mktemp("base")
    (folder / "tunnel.txt").write_text(GOOD, encoding="utf-8")
    (folder / "harbour.txt").write_text(HARBOUR, encoding="utf-8")
    done = kb("add", folder / "tunnel.txt", folder / "harbour.txt", "--store", folder / "db", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder / "db"


def test_add_names_every_bad_input_and_adds_the_rest(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text(GOOD, encoding="utf-8")
    (tmp_path / "empty.txt").touch()
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "broken.txt").write_bytes(b"Mara Holt opposes \xff\xfe the tunnel.")
    with (tmp_path / "large.txt").open("wb") as large:
        large.truncate(50_000_000)
    (tmp_path / "broken.html").write_bytes(b"<html><body><div><p>Mara <b>Holt")
    records = [json.dumps({"id": "one", "text": GOOD}), "{no json", json.dumps({"id": "two", "text": GOOD})]
    (tmp_path / "records.jsonl").write_text("\n".join(records), encoding="utf-8")
    bad = ["empty.txt", "binary.txt", "broken.txt", "large.txt", "missing.txt"]
    done = kb("add", "good.txt", *bad, "broken.html", "records.jsonl", "--store", "db", cwd=tmp_path)
    assert done.returncode == 1
    for name in [*bad, "records.jsonl:2"]:
        assert name in done.stderr, name
    for name in ("good", "one", "two"):
        assert f"added {name}:" in done.stderr
    assert "Traceback" not in done.stderr


def test_adding_again_changes_no_byte(base: Path) -> None:
    before = export(base, "--all")
    done = kb("add", base.parent / "tunnel.txt", "--store", base, cwd=base.parent)
    assert "unchanged tunnel" in done.stderr
    assert export(base, "--all") == before


def test_a_new_version_replaces_its_graph_and_keeps_what_people_said(tmp_path: Path) -> None:
    article, store = tmp_path / "tunnel.txt", tmp_path / "db"
    article.write_text(GOOD, encoding="utf-8")
    kb("add", article, "--store", store, cwd=tmp_path)
    (stance,) = {line.split()[0] for line in export(store) if "#holder>" in line and "mara-holt" in line}
    done = kb("retract", stance.strip("<>"), "--reason", "a joke", "--store", store, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    review = [line for line in export(store) if "/graph/reviews>" in line]
    article.write_text(GOOD.replace("praised", "criticised"), encoding="utf-8")
    assert "added tunnel" in kb("add", article, "--store", store, cwd=tmp_path).stderr
    after = export(store)
    assert [line for line in after if "/graph/reviews>" in line] == review
    assert not any("praised" in line for line in after)
    assert any("criticised" in line for line in after)


def test_killed_at_any_moment_it_keeps_whole_articles_only(tmp_path: Path) -> None:
    lines = [json.dumps({"id": f"a{n}", "text": f"{GOOD}\n\nNumber {n}."}) for n in range(120)]
    (tmp_path / "many.jsonl").write_text("\n".join(lines), encoding="utf-8")
    whole = None
    for wait in (0.0, 0.15, 0.4):
        command = [*KB, "add", "many.jsonl", "--store", "db"]
        process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        assert process.stderr is not None
        process.stderr.readline()  # the first batch is in
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        reported = {m[1] for m in re.finditer(r"(?:added|unchanged) (a\d+):", process.stderr.read())}
        process.wait()
        store = EmbeddedStore(tmp_path / "db", read_only=True)
        sizes = {g.rpartition("/")[2]: len(list(store.quads(g))) for g in store.graphs() if "/graph/article/" in g}
        store.close()
        assert reported <= sizes.keys()
        whole = whole or max(sizes.values())
        assert set(sizes.values()) <= {whole}


@pytest.mark.parametrize(("format", "parser"), [("turtle", "turtle"), ("trig", "trig"), ("jsonld", "json-ld")])
def test_every_export_is_read_by_rdflib(base: Path, tmp_path: Path, format: str, parser: str) -> None:
    done = kb("export", "--store", base, "--format", format, "-o", "dump", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    data = rdflib.Dataset()
    data.parse(tmp_path / "dump", format=parser)
    assert len({(s, p, o) for s, p, o, _ in data.quads()}) == len(export(base))


def test_a_dump_loads_back_to_the_same_graph(base: Path, tmp_path: Path) -> None:
    (tmp_path / "dump.nq").write_text("\n".join(export(base)) + "\n", encoding="utf-8")
    assert kb("load", "dump.nq", "--store", "copy", cwd=tmp_path).returncode == 0
    assert export(tmp_path / "copy") == export(base)


def test_comments_and_full_texts_leave_only_when_asked(base: Path) -> None:
    public, everything = export(base), export(base, "--all")
    assert not any("/graph/restricted/" in line or "disgrace" in line for line in public)
    assert any("/graph/restricted/" in line and "disgrace" in line for line in everything)


def test_the_base_conforms_to_the_shapes(base: Path) -> None:
    done = kb("validate", "--store", base, cwd=base.parent)
    assert done.returncode == 0, done.stdout


def test_extract_prints_the_contract_and_stores_nothing(tmp_path: Path) -> None:
    (tmp_path / "tunnel.txt").write_text(GOOD, encoding="utf-8")
    done = kb("extract", "tunnel.txt", cwd=tmp_path)
    first = json.loads(done.stdout.splitlines()[0])
    assert first["article"] == "tunnel"
    assert first["holder"] == {"name": "Mara Holt", "qid": None, "kind": "entity"}
    assert first["target"] == {"name": "tunnel", "qid": None, "kind": "proposition", "about": []}
    assert (first["polarity"], first["chain"], first["cue"]) == ("oppose", [], "opposes")
    assert first["evidence"]["exact"] == GOOD[first["evidence"]["start"] : first["evidence"]["end"]]
    assert {"kind", "certainty", "date", "confidence"} <= first.keys()
    mention = json.loads(kb("extract", "tunnel.txt", "--entities", cwd=tmp_path).stdout.splitlines()[0])
    assert mention.keys() >= {"article", "start", "end", "text", "type", "entity", "qid", "confidence"}
    assert list(tmp_path.iterdir()) == [tmp_path / "tunnel.txt"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["fly"], "invalid choice"),
        (["add"], "required"),
        (["stats", "--speed", "9"], "--speed"),
        (["query", "who-oposes", "--target", "Q159"], "who-opposes"),
        (["query", "who-opposes"], "target"),
        (["query", "SELECT { broken"], "query"),
    ],
)
def test_wrong_usage_is_exit_code_2_and_says_what(base: Path, arguments: list[str], says: str) -> None:
    where = ["--store", str(base)] if arguments[0] == "query" else []
    done = kb(*arguments, *where, cwd=base.parent)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    done = kb("stats", cwd=tmp_path, KB_QUOTE_LIMIT="long")
    assert done.returncode == 2
    assert "KB_QUOTE_LIMIT" in done.stderr


@pytest.mark.parametrize(("format", "parser"), [("turtle", "turtle"), ("trig", "trig"), ("nquads", "nquads")])
def test_extract_prints_rdf_without_what_is_not_public(tmp_path: Path, format: str, parser: str) -> None:
    (tmp_path / "harbour.txt").write_text(HARBOUR, encoding="utf-8")
    done = kb("extract", "harbour.txt", "--format", format, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    data = rdflib.Dataset()
    data.parse(data=done.stdout, format=parser)
    assert len(data) > 0
    assert "disgrace" not in done.stdout
    assert UNQUOTED not in done.stdout


def test_the_whole_text_leaves_only_when_asked(base: Path) -> None:
    assert not any(UNQUOTED in line for line in export(base))
    assert any(UNQUOTED in line for line in export(base, "--all"))


def test_a_folder_is_read_whole_and_a_bad_file_in_it_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "one.txt").write_text(GOOD, encoding="utf-8")
    (folder / "two.txt").write_text(GOOD, encoding="utf-8")
    (folder / "empty.txt").touch()
    done = kb("extract", "news", cwd=tmp_path)
    assert done.returncode == 1
    assert "empty.txt" in done.stderr
    assert {json.loads(line)["article"] for line in done.stdout.splitlines()} == {"one", "two"}


def test_nothing_but_bad_inputs_is_exit_code_1_and_an_unchanged_store(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    done = kb("add", "empty.txt", "missing.txt", "--store", "db", cwd=tmp_path)
    assert done.returncode == 1
    assert "0 articles" in done.stdout
    assert export(tmp_path / "db") == []


def test_a_dump_that_is_missing_or_broken_is_named_and_the_others_are_loaded(base: Path, tmp_path: Path) -> None:
    (tmp_path / "good.nq").write_text("\n".join(export(base)) + "\n", encoding="utf-8")
    (tmp_path / "broken.nq").write_text("<http://a> <b", encoding="utf-8")
    done = kb("load", "broken.nq", "missing.nq", "good.nq", "--store", "copy", cwd=tmp_path)
    assert done.returncode == 1
    assert "broken.nq" in done.stderr
    assert "missing.nq" in done.stderr
    assert export(tmp_path / "copy") == export(base)


def test_a_stance_that_is_not_there_cannot_be_retracted(base: Path) -> None:
    before = export(base, "--all")
    done = kb("retract", "https://example.org/none", "--reason", "x", "--store", base, cwd=base.parent)
    assert done.returncode == 2
    assert "https://example.org/none" in done.stderr
    assert export(base, "--all") == before


def test_a_retracted_stance_is_left_out_of_answers(tmp_path: Path) -> None:
    (tmp_path / "tunnel.txt").write_text("Norway opposes Russia.\n\nMara Holt opposes Russia.\n", encoding="utf-8")
    kb("add", "tunnel.txt", "--store", "db", cwd=tmp_path)
    ask = ("query", "who-opposes", "--target", "Q159", "--format", "csv", "--store", "db")
    before = kb(*ask, cwd=tmp_path)
    assert "Norway" in before.stdout
    assert "Mara Holt" in before.stdout
    lines = export(tmp_path / "db")
    (stance,) = {line.split()[0] for line in lines if "#holder>" in line and "mara-holt" in line}
    kb("retract", stance.strip("<>"), "--reason", "a joke", "--store", "db", cwd=tmp_path)
    after = kb(*ask, cwd=tmp_path)
    assert "Norway" in after.stdout
    assert "Mara Holt" not in after.stdout


@pytest.mark.parametrize("format", ["table", "csv", "json"])
def test_answers_are_printed_in_each_format(base: Path, format: str) -> None:
    text = "SELECT ?name WHERE { ?e <http://www.w3.org/2000/01/rdf-schema#label> ?name } ORDER BY ?name"
    done = kb("query", text, "--format", format, "--store", base, cwd=base.parent)
    assert done.returncode == 0, done.stderr
    assert "Mara Holt" in done.stdout
    if format == "json":
        assert {"name": "Mara Holt"} in json.loads(done.stdout)


def test_a_query_sees_no_comment(base: Path) -> None:
    text = "SELECT ?g ?s ?o WHERE { GRAPH ?g { ?s ?p ?o } FILTER(CONTAINS(STR(?o), 'disgrace')) }"
    done = kb("query", text, "--format", "json", "--store", base, cwd=base.parent)
    assert json.loads(done.stdout) == []


def test_questions_are_listed_and_names_are_looked_up(base: Path) -> None:
    assert "who-opposes" in kb("query", cwd=base.parent).stdout
    found = kb("lookup", "mara", "--store", base, cwd=base.parent)
    assert found.returncode == 0
    assert "Mara Holt" in found.stdout
    none = kb("lookup", "Zzyzx", "--store", base, cwd=base.parent)
    assert "Zzyzx" in none.stderr


def test_a_store_that_is_not_there_is_named_and_not_made_by_asking(tmp_path: Path) -> None:
    for command in (["stats"], ["export"], ["lookup", "Norway"], ["validate"]):
        done = kb(*command, "--store", "nowhere", cwd=tmp_path)
        assert done.returncode != 0, command
        assert "nowhere" in done.stderr
        assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_reader_who_leaves_early_is_no_error(base: Path) -> None:
    command = [*KB, "export", "--format", "nquads", "--store", str(base)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=base.parent) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()


def test_a_second_writer_is_told_that_the_store_is_in_use(base: Path) -> None:
    holder = EmbeddedStore(base)
    try:
        done = kb("add", base.parent / "tunnel.txt", "--store", base, cwd=base.parent)
    finally:
        holder.close()
    assert done.returncode == 1
    assert str(base) in done.stderr
    assert "Traceback" not in done.stderr
