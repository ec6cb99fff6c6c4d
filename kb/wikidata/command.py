"""`kb wikidata`: what the command line does with Wikidata."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from kb.errors import InputError, UsageError

_SHOWN = 20  # skipped lines that are named one by one


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


def run(arguments: argparse.Namespace, say: Callable[[str], None]) -> int:
    """Run the chosen command; returns the exit code."""
    do: Callable[[argparse.Namespace, Callable[[str], None]], int] = arguments.do
    return do(arguments, say)


def run_build(arguments: argparse.Namespace, say: Callable[[str], None]) -> int:
    """Read the source, going on where an earlier run stopped, and write the index."""
    from kb.wikidata.building import Progress, State, finish, forget, read_state, spool
    from kb.wikidata.profiles import load_profile
    from kb.wikidata.sources import Source

    profile = load_profile(arguments.profile)
    languages = [code.strip() for code in arguments.languages.split(",") if code.strip()]
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
    for problem in state.skipped[:_SHOWN]:
        say(f"skipped {problem}")
    failed = len(state.skipped)
    if failed > _SHOWN:
        say(f"... and {failed - _SHOWN} more")
    size = sum(meta["files"].values()) / 1e6
    print(
        f"Index of {meta['items']} items with {meta['names']} names in {folder} ({size:.1f} MB), "
        f"profile {profile.name}, source of {date}. Next: use it with --index {folder} or KB_INDEX."
    )
    return 1 if failed else 0


def _changed(source: Path) -> str:
    return datetime.fromtimestamp(source.stat().st_mtime, UTC).date().isoformat() if source.exists() else ""
