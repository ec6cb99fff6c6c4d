"""The command line: parse, call, print. Exit code 0: done; 1: some inputs failed, each named; 2: wrong usage."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from kb import __version__
from kb import settings as settings_module
from kb.errors import InputError, KbError, UsageError
from kb.model import Article
from kb.parameters import parse_parameters
from kb.settings import Settings
from kb.tables import print_rows
from kb.wikidata.command import add_arguments

DONE, SOME_FAILED, WRONG_USAGE = 0, 1, 2
_RDF = {"turtle", "trig", "nquads", "jsonld"}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    parser = build_parser()
    arguments, rest = parser.parse_known_args(argv)
    if rest and arguments.run is not run_query:
        parser.error(f"unknown option {rest[0]}; see kb --help")  # exits with 2
    try:
        arguments.parameters = parse_parameters(rest)
        settings = settings_module.load().with_(
            store=getattr(arguments, "store", None),
            index=getattr(arguments, "index", None),
            model=getattr(arguments, "model", None),
        )
        run: Callable[[argparse.Namespace, Settings], int] = arguments.run
        return run(arguments, settings)
    except UsageError as error:
        say(f"kb: {error}")
        return WRONG_USAGE
    except KbError as error:
        say(f"kb: {error}")
        return SOME_FAILED
    except BrokenPipeError:  # the reader of our output has gone, as with `| head`
        sys.stderr.close()
        return DONE
    except KeyboardInterrupt:
        say("kb: stopped; what was reported as added is stored, run the same command again to go on")
        return SOME_FAILED


def say(text: str) -> None:
    """Progress and errors go to stderr, results to stdout."""
    print(text, file=sys.stderr)


def build_parser() -> argparse.ArgumentParser:
    """All commands and their options."""
    parser = argparse.ArgumentParser(
        prog="kb", description="A knowledge base of entities and the stances that news articles say they hold."
    )
    parser.add_argument("--version", action="version", version=f"stancekb {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(
        name: str, run: Callable[[argparse.Namespace, Settings], int], help: str, *uses: str
    ) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=help, description=help)
        sub.set_defaults(run=run)
        if "store" in uses:
            sub.add_argument("--store", help="folder, or URL of a SPARQL 1.1 server (default: KB_STORE or ./kb-data)")
        if "index" in uses:
            sub.add_argument("--index", help="linking index (default: KB_INDEX or the one in the package)")
            sub.add_argument("--model", choices=settings_module.MODELS, help="(default: KB_MODEL or default)")
        return sub

    add = command("add", run_add, "Read articles and store what they say.", "store", "index")
    add.add_argument("paths", nargs="+", metavar="PATH", help="files or folders: .txt .md .html .jsonl")
    extract = command("extract", run_extract, "Read articles and print what they say; stores nothing.", "index")
    extract.add_argument("paths", nargs="+", metavar="PATH")
    extract.add_argument("--format", choices=("jsonl", "turtle", "trig", "nquads"), default="jsonl")
    extract.add_argument("--entities", action="store_true", help="print mentions of entities instead of stances")
    serve = command("serve", run_serve, "Serve pages, SPARQL and REST over HTTP.", "store")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--expose-restricted", action="store_true", help="with KB_PUBLIC=0: to other machines too")
    query = command("query", run_query, "Run a question by name, a .rq file, or SPARQL text.", "store")
    query.add_argument("query", nargs="?", metavar="FILE|NAME|TEXT", help="left out: the questions are listed")
    query.add_argument("--format", choices=("table", "csv", "json"), default="table")
    lookup = command("lookup", run_lookup, "Find entities by name.", "store")
    lookup.add_argument("name", metavar="NAME")
    export = command("export", run_export, "Write the whole base as one file.", "store")
    export.add_argument("--format", choices=sorted(_RDF), default="trig")
    export.add_argument("--output", "-o", help="file to write (default: standard output)")
    export.add_argument("--all", action="store_true", help="with reader comments and full texts; not for publication")
    load = command("load", run_load, "Load a dump.", "store")
    load.add_argument("paths", nargs="+", metavar="DUMP")
    judge = command("evaluate", run_evaluate, "Score against annotated text.", "index")
    judge.add_argument("work", choices=("attribution", "stance", "pairs", "linking"))
    judge.add_argument("--gold", required=True, type=Path, help="file, archive or folder; .gz and .xz as they are")
    judge.add_argument("--format", required=True, choices=("polnear", "seesaw", "newsmtsc", "elevant", "jsonl"))
    judge.add_argument("--texts", type=Path, help="jsonl: folder of the articles (default: beside the gold)")
    judge.add_argument("--threshold", type=float, help="confidence below which a stance is dropped (KB_THRESHOLD)")
    judge.add_argument("--json", action="store_true", help="print one JSON object")
    make = command("build-model", run_build_model, "Build the accurate model from its packages (docs/model-card.md).")
    make.add_argument("--weights", type=Path, help="model.safetensors of the encoder (default: the installed packages)")
    make.add_argument("--output", "-o", type=Path, help="folder (default: beside the model in the package)")
    add_arguments(command("wikidata", run_wikidata, "Indexes of Wikidata, facts from it, links with it."))
    command("validate", run_validate, "Check the base against the shapes.", "store")
    command("stats", run_stats, "Say how much the base holds.", "store")
    retract = command("retract", run_retract, "Take a stance back; it stays, marked with the reason.", "store")
    retract.add_argument("stance", metavar="IRI")
    retract.add_argument("--reason", required=True)
    retract.add_argument("--reviewer", default="")
    return parser


# --- reading


def read_articles(paths: Iterable[str], settings: Settings, failed: list[InputError]) -> Iterator[Article]:
    """The articles of the paths; inputs that cannot be read are named on stderr and collected in `failed`."""
    from kb.articles.reader import read_paths

    for item in read_paths(list(paths), settings):
        if isinstance(item, InputError):
            failed.append(item)
            say(f"skipped {item}")
        else:
            yield item


def run_add(arguments: argparse.Namespace, settings: Settings) -> int:
    """Read, extract, store; one line an article."""
    from kb.knowledge import Knowledge
    from kb.pipeline import Pipeline
    from kb.store import open_store

    failed: list[InputError] = []
    started, articles, stances = time.monotonic(), 0, 0
    store = open_store(settings.store)
    try:
        knowledge = Knowledge(store, settings)
        extractions = Pipeline(settings).extract(read_articles(arguments.paths, settings, failed), failed)
        for added in knowledge.add(extractions):
            articles += 1
            stances += added.stances
            how = "added" if added.changed else "unchanged"
            rate = articles / max(time.monotonic() - started, 1e-9)
            say(f"{how} {added.article}: {added.stances} stances, {added.entities} entities ({rate:.1f} articles/s)")
    finally:
        store.close()
    print(f"{articles} articles with {stances} stances are in {settings.store}; {len(failed)} inputs skipped.")
    if failed:
        print("Skipped: " + "; ".join(error.source for error in failed))
    if articles:
        place = "" if settings.store == Settings().store else f" --store {settings.store}"
        print(f"Next: kb query who-opposes{place}, or kb serve{place} and open http://localhost:8000")
    return SOME_FAILED if failed else DONE


def run_extract(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print stances (or mentions) as JSON lines, or all as RDF."""
    from kb.lines import mention_line, stance_line
    from kb.pipeline import Pipeline

    failed: list[InputError] = []
    extractions = Pipeline(settings).extract(read_articles(arguments.paths, settings, failed), failed)
    if arguments.format == "jsonl":
        for extraction in extractions:
            if arguments.entities:
                for mention in extraction.mentions:
                    print(json.dumps(mention_line(extraction, mention), ensure_ascii=False))
            else:
                for stance in extraction.stances:
                    print(json.dumps(stance_line(extraction, stance), ensure_ascii=False))
    else:
        from kb.dumps import export
        from kb.knowledge import Knowledge
        from kb.store.embedded import EmbeddedStore

        memory = EmbeddedStore.in_memory()
        for _ in Knowledge(memory, settings).add(extractions):
            pass
        _write(export(memory, arguments.format, public=settings.public))
    return SOME_FAILED if failed else DONE


# --- asking


def run_query(arguments: argparse.Namespace, settings: Settings) -> int:
    """Run a question and print its rows."""
    from kb import queries
    from kb.store import open_store
    from kb.store.public import PublicView

    if arguments.query is None:
        for query in queries.list_queries():
            print(f"{query.name:24} {query.question}")
        say("Next: kb query NAME --PARAMETER VALUE, e.g. kb query who-opposes --target Q159")
        return DONE
    view = PublicView(open_store(settings.store, read_only=True))
    try:
        text = _query_text(arguments.query)
        if text is None:
            rows = queries.run(view, arguments.query, arguments.parameters)
        else:
            rows = queries.table(view.query(text))
        print_rows(rows.columns, list(rows), arguments.format)
        if not rows:
            say("No rows. Next: kb lookup NAME shows how an entity is called here; kb stats what the base holds.")
    finally:
        view.close()
    return DONE


def _query_text(given: str) -> str | None:
    """SPARQL text from a file or as given; None where `given` names a question."""
    path = Path(given)
    if given.endswith((".rq", ".sparql")):
        try:
            return path.read_text(encoding="utf-8")
        except OSError as error:
            raise UsageError(f"query file {given}: {error.strerror}; check the path") from error
    if any(sign in given for sign in "{?\n"):
        return given
    return None


def run_lookup(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print the entities of that name."""
    from kb import queries
    from kb.store import open_store
    from kb.store.public import PublicView

    view = PublicView(open_store(settings.store, read_only=True))
    try:
        rows = queries.run(view, "entity-lookup", {"name": arguments.name})
        print_rows(rows.columns, list(rows), "table")
    finally:
        view.close()
    if not rows:
        say(f"No entity is called {arguments.name!r}. Next: try a part of the name, or kb add ARTICLE.")
    return DONE


def run_stats(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print counts."""
    from kb.knowledge import stats
    from kb.store import open_store

    view = open_store(settings.store, read_only=True)
    try:
        for what, count in stats(view).items():
            print(f"{count:8}  {what}")
    finally:
        view.close()
    return DONE


# --- moving and checking


def run_export(arguments: argparse.Namespace, settings: Settings) -> int:
    """Write the dump."""
    from kb.dumps import export
    from kb.store import open_store

    view = open_store(settings.store, read_only=True)
    try:
        _write(export(view, arguments.format, public=not arguments.all), arguments.output)
    finally:
        view.close()
    if arguments.output:
        print(f"Wrote {arguments.output} ({Path(arguments.output).stat().st_size} bytes).")
    return DONE


def _write(pieces: Iterable[bytes], output: str | None = None) -> None:
    if output is None:
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        return
    part = Path(f"{output}.part")  # a dump that broke off must not pass for a whole one
    with part.open("wb") as file:
        for piece in pieces:
            file.write(piece)
    part.replace(output)


def run_load(arguments: argparse.Namespace, settings: Settings) -> int:
    """Load dumps; one bad file does not stop the others."""
    from kb.dumps import load_dump
    from kb.store import open_store

    failed = 0
    store = open_store(settings.store)
    try:
        for path in arguments.paths:
            try:
                print(f"Loaded {load_dump(path, store)} quads from {path}.")
            except InputError as error:
                failed += 1
                say(f"skipped {error}")
    finally:
        store.close()
    return SOME_FAILED if failed else DONE


def run_evaluate(arguments: argparse.Namespace, settings: Settings) -> int:
    """Score one kind of work and print the scores."""
    from kb.evaluation.command import as_json, evaluate, show

    settings = settings.with_(threshold=arguments.threshold)
    scores = evaluate(arguments.work, arguments.gold, arguments.format, settings, arguments.texts)
    print(as_json(scores) if arguments.json else show(scores))
    return DONE


def run_build_model(arguments: argparse.Namespace, settings: Settings) -> int:
    """Put the accurate model together."""
    from kb.network.building import install

    say("Joining and checking the encoder's weights; this takes a minute.")
    print(install(arguments.output, arguments.weights))
    return DONE


def run_wikidata(arguments: argparse.Namespace, settings: Settings) -> int:
    """Run a command of `kb wikidata`."""
    from kb.wikidata import command

    return command.run(arguments, settings, say)


def run_validate(arguments: argparse.Namespace, settings: Settings) -> int:
    """Check against the shapes; a violation is exit code 1."""
    from kb.store import open_store
    from kb.validation import validate

    view = open_store(settings.store, read_only=True)
    try:
        report = validate(view)
    finally:
        view.close()
    for result in report.results:
        print(f"{result.severity}: {result.shape}: {result.focus}: {result.message}")
    print("The base conforms to the shapes." if report.conforms else "The base does not conform to the shapes.")
    return DONE if report.conforms else SOME_FAILED


def run_retract(arguments: argparse.Namespace, settings: Settings) -> int:
    """Mark a stance as retracted."""
    from kb.iris import Minter
    from kb.reviews import review
    from kb.store import open_store

    store = open_store(settings.store)
    try:
        iri = review(
            store, Minter(settings.base_iri), arguments.stance, "retracted", arguments.reason, arguments.reviewer
        )
    finally:
        store.close()
    print(f"Retracted {arguments.stance}; the review is {iri}. Questions leave it out from now on.")
    return DONE


def run_serve(arguments: argparse.Namespace, settings: Settings) -> int:
    """Serve until stopped."""
    from kb.errors import StoreLocked
    from kb.store import open_store
    from kb.web.server import check_exposure, serve

    check_exposure(settings, arguments.host, arguments.expose_restricted)
    remote = settings.store.startswith(("http://", "https://"))
    try:
        open_store(settings.store, read_only=True).close()  # what cannot be opened is said before anything starts
    except StoreLocked:
        say(f"{settings.store} is being written; waiting for its writer to share what is there")
    say(f"Serving {settings.store} on http://{arguments.host}:{arguments.port} (Ctrl-C stops)")
    serve(open_store(settings.store) if remote else settings.store, settings, arguments.host, arguments.port)
    return DONE
