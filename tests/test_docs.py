"""Documentation that lies fails the build.

`python tests/test_docs.py` writes the answers in README.md anew; read the difference before you commit it.
"""

from __future__ import annotations

import argparse
import doctest
import importlib
import os
import pkgutil
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

import kb
from kb import queries
from kb.articles.reader import read_paths
from kb.cli import build_parser
from kb.knowledge import Knowledge
from kb.model import Article
from kb.pipeline import Pipeline
from kb.settings import Settings
from kb.store import EmbeddedStore

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("benchmarks/*.md")])
_LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)#\s]+)(?:#[^)]*)?\)")
_ANSWER = re.compile(r"```console\n\$ (?P<command>.+)\n(?P<answer>(?s:.*?))```")


def commands(text: str) -> Iterator[list[str]]:
    """The words of every `kb ...` in code: code spans, indented lines, fenced blocks."""
    code = [*re.findall(r"`(kb [^`\n]+)`", text), *re.findall(r"^(?: {4}|\$ )(kb .+)$", text, re.MULTILINE)]
    for line in code:
        words = shlex.split(line.partition(" #")[0].partition(" |")[0].partition(" >")[0])
        if len(words) > 1:
            yield words


def subcommands() -> dict[str, set[str]]:
    """Each command of `kb` with its options and those of the commands below it."""
    (group,) = (action for action in build_parser()._actions if action.choices and "add" in action.choices)
    return {name: set(options(sub)) for name, sub in dict(group.choices or {}).items()}


def options(parser: argparse.ArgumentParser) -> Iterator[str]:
    """The options of a command and of the commands below it."""
    for action in parser._actions:
        yield from action.option_strings
        if isinstance(action, argparse._SubParsersAction):
            for sub in action.choices.values():
                yield from options(sub)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_and_their_options_exist(page: Path) -> None:
    known = subcommands()
    for _, name, *words in commands(page.read_text(encoding="utf-8")):
        if name in ("COMMAND", "--help", "--version"):
            continue
        assert name in known, f"{page.name}: kb {name}"
        given = {word.partition("=")[0] for word in words if word.startswith("-")}
        if name == "query" and words and not words[0].startswith("-"):
            question = queries.get(words[0])
            given -= {f"--{parameter.name}" for parameter in question.parameters}
        assert given <= known[name] | {"--help"}, f"{page.name}: kb {name} {given}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_relative_links_resolve(page: Path) -> None:
    for target in _LINK.findall(page.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_command_is_in_the_readme() -> None:
    shown = {words[1] for words in commands((ROOT / "README.md").read_text(encoding="utf-8"))}
    assert set(subcommands()) <= shown


def test_every_setting_is_documented_with_its_default() -> None:
    table = (ROOT / "docs/settings.md").read_text(encoding="utf-8").split("\n## ")[0]
    rows = re.findall(r"^\| `(KB_\w+)` \| (.+?) \|", table, re.MULTILINE)
    written = {name: "" if value == "(none)" else value.strip("`") for name, value in rows}
    defaults = {f"KB_{field.name.upper()}": str(field.default) for field in fields(Settings)}
    defaults = {name: value.lower() if value in ("True", "False") else value for name, value in defaults.items()}
    assert written == defaults


def test_no_page_names_a_setting_that_does_not_exist() -> None:
    known = {f"KB_{field.name.upper()}" for field in fields(Settings)}
    for page in [*PAGES, ROOT / "docker/Dockerfile", ROOT / "docker/compose.yaml"]:
        assert set(re.findall(r"\bKB_[A-Z_]+\b", page.read_text(encoding="utf-8"))) <= known, page.name


def test_terms_in_the_data_model_are_in_the_vocabulary() -> None:
    vocabulary = (ROOT / "ontology/stance.ttl").read_text(encoding="utf-8")
    for term in set(re.findall(r"\bst:\w+", (ROOT / "docs/data-model.md").read_text(encoding="utf-8"))):
        assert re.search(rf"^{term} a ", vocabulary, re.MULTILINE), term


def test_make_has_the_targets_that_are_named() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for page in PAGES:
        for target in re.findall(r"(?:^ {4}|`)make ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"{page.name}: make {target}"


def modules() -> list[str]:
    return [info.name for info in pkgutil.walk_packages(kb.__path__, "kb.")]


@pytest.mark.parametrize("module", modules())
def test_examples_in_docstrings(module: str) -> None:
    assert doctest.testmod(importlib.import_module(module)).failed == 0


def answers(text: str, folder: Path) -> str:
    """The text with what each `$ command` in it prints now, over a base of the example articles."""
    (folder / "kb").write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -c "import sys; from kb.cli import main; sys.exit(main())" "$@"\n'
    )
    (folder / "kb").chmod(0o755)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("KB_")}
    environ |= {"PATH": f"{folder}:{environ['PATH']}", "PYTHONPATH": str(ROOT), "KB_STORE": str(folder / "base")}

    def run(command: str) -> str:
        ran = subprocess.run(["sh", "-c", command], env=environ, cwd=ROOT, capture_output=True, text=True)
        assert ran.returncode == 0, f"{command}: {ran.stderr}"
        return "".join(f"{line.rstrip()}\n" for line in ran.stdout.splitlines())

    run("kb add examples")
    return _ANSWER.sub(lambda found: f"```console\n$ {found['command']}\n{run(found['command'])}```", text)


def test_the_answers_in_the_readme_are_what_is_printed(tmp_path: Path) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert answers(text, tmp_path) == text, "run python tests/test_docs.py and read what it changed in README.md"


def test_the_queries_in_the_how_to_have_answers() -> None:
    with EmbeddedStore.in_memory() as store:
        articles = [item for item in read_paths([ROOT / "examples"], Settings()) if isinstance(item, Article)]
        assert list(Knowledge(store, Settings()).add(Pipeline(Settings()).extract(articles)))
        blocks = re.findall(r"```sparql\n(.*?)```", (ROOT / "docs/how-to.md").read_text(encoding="utf-8"), re.DOTALL)
        for query in blocks:
            assert len(queries.table(store.query(query))) > 0, query


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        readme = ROOT / "README.md"
        readme.write_text(answers(readme.read_text(encoding="utf-8"), Path(name)), encoding="utf-8")
        print(f"Wrote the answers in {readme.name}. Next: git diff {readme.name}")
