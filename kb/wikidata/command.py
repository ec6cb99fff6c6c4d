"""`kb wikidata`: what the command line does with Wikidata."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from kb.errors import InputError, UsageError
from kb.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The commands below `kb wikidata` and their options."""
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    build = commands.add_parser("build", help="Build a linking index from a dump, KGTK files, or items as JSON lines.")
    build.add_argument("source", type=Path, metavar="SOURCE", help=".json .jsonl (.gz .bz2 .xz .zst), or a KGTK folder")
    build.add_argument("--output", "-o", type=Path, required=True, help="folder of the index")
    build.add_argument("--profile", default="politics", help="politics (default), large or everything: what is kept")
    build.add_argument("--languages", default="en", help="of the names, separated by commas (default: en)")
    build.add_argument("--date", help="when the source was made, YYYY-MM-DD (default: when its file was changed)")
    build.add_argument("--finish", action="store_true", help="make the index of what an earlier run has read")
    build.add_argument("--again", action="store_true", help="forget what an earlier run has read")
    build.set_defaults(do=run_build)
    sync = commands.add_parser("sync", help="Ask Wikidata for facts of what is linked and candidates of what is not.")
    sync.add_argument("--store", help="folder or address of the base (default: KB_STORE or ./kb-data)")
    sync.add_argument("--output", "-o", type=Path, default=Path("kb-wikidata"), help="folder of answers and candidates")
    sync.add_argument("--all", action="store_true", help="facts of all linked items anew, not of the new ones alone")
    sync.add_argument("--facts-only", action="store_true", help="do not search for what is not linked")
    sync.add_argument("--languages", default="en", help="of the names, separated by commas (default: en)")
    sync.add_argument("--pause", type=float, default=1.0, help="seconds between two requests (default: 1)")
    sync.set_defaults(do=run_sync)
    relink = commands.add_parser(
        "relink", help="Decide anew what the base's entities are, without reading the articles."
    )
    relink.add_argument("--store", help="folder or address of the base (default: KB_STORE or ./kb-data)")
    relink.add_argument("--index", help="the linking index (default: KB_INDEX or the one in the package)")
    relink.add_argument("--all", action="store_true", help="also what is linked already")
    relink.set_defaults(do=run_relink)


def run(arguments: argparse.Namespace, settings: Settings, say: Callable[[str], None]) -> int:
    """Run the chosen command; returns the exit code."""
    do: Callable[[argparse.Namespace, Settings, Callable[[str], None]], int] = arguments.do
    return do(arguments, settings, say)


def run_sync(arguments: argparse.Namespace, settings: Settings, say: Callable[[str], None]) -> int:
    """Write facts to the base and make an index of candidates."""
    from kb.iris import Minter
    from kb.store import open_store
    from kb.store.public import PublicView
    from kb.wikidata import syncing
    from kb.wikidata.service import Service

    settings = settings.with_(store=arguments.store)
    languages = _languages(arguments.languages)
    folder: Path = arguments.output
    service = Service(settings.wikidata_api, settings.wikidata_sparql, folder / "cache", arguments.pause)
    minter = Minter(settings.base_iri)
    store = open_store(settings.store)
    try:
        qids = syncing.linked(store)
        if not arguments.all:
            have = syncing.known_facts(store, minter)
            qids = [qid for qid in qids if qid not in have]
        count = syncing.write_facts(store, minter, service, qids, say, languages)
        print(f"Facts of {count} items are in {settings.store}.", flush=True)
        if arguments.facts_only:
            return 0
        # names that only reader comments use may be of private persons: nobody outside is asked about them
        names = syncing.unlinked(PublicView(store))
    finally:
        store.close()
    meta = syncing.build_candidates(service, names, folder, say, languages)
    if meta is None:
        print(f"Wikidata knows nothing under the {len(names)} names that are not linked.")
        return 0
    index = folder / syncing.INDEX
    print(f"{meta['items']} candidates for {len(names)} names. Next: kb wikidata relink --index {index}")
    return 0


def run_relink(arguments: argparse.Namespace, settings: Settings, say: Callable[[str], None]) -> int:
    """Decide anew and name what changed."""
    from kb.linking.index import load_index
    from kb.linking.linker import Linker
    from kb.store import open_store
    from kb.wikidata.relinking import relink

    settings = settings.with_(store=arguments.store, index=arguments.index)
    linker = Linker(load_index(settings.index))
    store = open_store(settings.store)
    try:
        changes = 0
        for change in relink(store, settings, linker, arguments.all):
            changes += 1
            entity, article = (iri.rpartition("/")[2] for iri in (change.entity, change.article))
            print(f"{entity}\t{change.before or '-'}\t{change.after or '-'}\t{article}")
    finally:
        store.close()
    say(f"{changes} links changed in {settings.store}.")
    return 0


def run_build(arguments: argparse.Namespace, settings: Settings, say: Callable[[str], None]) -> int:
    """Read the source, going on where an earlier run stopped, and write the index."""
    from kb.wikidata.building import Progress, State, finish, forget, read_state, spool
    from kb.wikidata.profiles import load_profile
    from kb.wikidata.sources import Source

    profile = load_profile(arguments.profile)
    languages = _languages(arguments.languages)
    folder: Path = arguments.output
    if arguments.again:
        forget(folder)
    state = read_state(folder) or State(str(arguments.source), languages)
    if (state.source, state.languages) != (str(arguments.source), languages):
        raise UsageError(
            f"{folder} holds the start of an index of {state.source} ({', '.join(state.languages)}); "
            "finish that one, name another folder, or give --again"
        )

    def show(progress: Progress) -> None:
        rate = progress.items / max(progress.seconds, 1e-9)
        left = ""
        if progress.began < progress.done < 1:
            seconds = progress.seconds * (1 - progress.done) / (progress.done - progress.began)
            left = f", {progress.done:.0%}, about {seconds / 60:.0f} min left"
        say(f"{progress.step}: {progress.items} items ({rate:.0f}/s{left})")

    if not state.whole and not arguments.finish:
        if state.position:
            say(f"Going on after {state.items} items, at byte {state.position} of the content.")
        source = Source(arguments.source, languages, state.position, state.mark)
        try:
            state = spool(source, folder, state, show)
        except InputError as error:
            say(f"kb: {error}")
            return 1
    date = arguments.date or _changed(arguments.source)
    meta = finish(folder, state, profile, date, show)
    for problem in state.problems:
        say(f"skipped {problem}")
    if state.skipped > len(state.problems):
        say(f"... and {state.skipped - len(state.problems)} more")
    size = sum(meta["files"].values()) / 1e6
    print(
        f"Index of {meta['items']} items with {meta['names']} names in {folder} ({size:.1f} MB), "
        f"profile {profile.name}, source of {date}. Next: use it with --index {folder} or KB_INDEX."
    )
    return 1 if state.skipped else 0


def _languages(text: str) -> list[str]:
    return [code.strip() for code in text.split(",") if code.strip()] or ["en"]


def _changed(source: Path) -> str:
    return datetime.fromtimestamp(source.stat().st_mtime, UTC).date().isoformat() if source.exists() else ""
