"""Words a second: the bare spaCy pipeline against all that `kb add` does, on the same text in the same run.

    python benchmarks/throughput.py [--words 60000] [--rounds 3] [--json]

Bare is `nlp.pipe` over the articles' texts. Whole is the work of `kb add`: reading the files, the pipeline with
linking and stances, quads, and the store on disk. Models and index are loaded before the clock starts; rounds
alternate, so that a machine that slows down slows both. Each copy of a text goes under an id of its own. KB_MODEL
chooses the model.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import spacy

from kb import nlp
from kb.articles.reader import read_paths
from kb.errors import InputError
from kb.knowledge import Knowledge
from kb.model import Article
from kb.pipeline import Pipeline
from kb.settings import Settings, load
from kb.store import open_store

ROOT = Path(__file__).resolve().parent.parent
SOURCES = (ROOT / "examples", ROOT / "benchmarks" / "stance" / "dev")
BATCH = 8


def read(paths: Iterable[Path], settings: Settings) -> Iterator[Article]:
    """The articles of the paths; one that cannot be read ends the benchmark."""
    for item in read_paths(paths, settings):
        if isinstance(item, InputError):
            raise item
        yield item


def lay_out(folder: Path, words: int, settings: Settings) -> list[Path]:
    """Write copies of the articles' texts into the folder until they have so many words; their files."""
    articles = list(read(SOURCES, settings))
    files: list[Path] = []
    count = 0
    while count < words:
        article = articles[len(files) % len(articles)]
        file = folder / f"{article.id}-{len(files):04}.txt"
        file.write_text(article.text, encoding="utf-8")
        files.append(file)
        count += len(article.text.split())
    return files


def run_bare(texts: list[str], settings: Settings) -> float:
    """Seconds the language model alone takes over the texts."""
    model = spacy.load(settings.spacy_model)
    list(model.pipe(texts[:BATCH], batch_size=BATCH))  # first documents are slower than the rest
    started = time.perf_counter()
    for _ in model.pipe(texts, batch_size=BATCH):
        pass
    return time.perf_counter() - started


def run_whole(files: list[Path], pipeline: Pipeline, folder: Path) -> tuple[float, int]:
    """Seconds from files to a closed store on disk, and how many stances are in it."""
    settings = pipeline.settings
    warm_up = next(read(files, settings))
    for _ in pipeline.extract([warm_up]):
        pass
    started = time.perf_counter()
    store = open_store(str(folder))
    stances = sum(added.stances for added in Knowledge(store, settings).add(pipeline.extract(read(files, settings))))
    store.close()
    return time.perf_counter() - started, stances


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--words", type=int, default=60_000, help="size of the text (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="of each, alternating (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print one JSON object; progress goes to stderr")
    arguments = parser.parse_args()
    progress = sys.stderr if arguments.json else sys.stdout
    settings = load()
    pipeline = Pipeline(settings)
    nlp.load(settings.spacy_model)
    bare: list[float] = []
    whole: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "texts").mkdir()
        files = lay_out(folder / "texts", arguments.words, settings)
        texts = [file.read_text(encoding="utf-8") for file in files]
        words = sum(len(text.split()) for text in texts)
        what = f"{words} words in {len(files)} articles; {settings.spacy_model}, Python {platform.python_version()}"
        print(what, file=progress)
        for number in range(arguments.rounds):
            bare.append(words / run_bare(texts, settings))
            seconds, stances = run_whole(files, pipeline, folder / f"store-{number}")
            whole.append(words / seconds)
            rates = f"bare {bare[-1]:,.0f}, kb add {whole[-1]:,.0f} words/s"
            print(f"round {number + 1}: {rates}, {stances} stances", file=progress)
    ratio = statistics.median(w / b for w, b in zip(whole, bare, strict=True))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024  # with both pipelines and all texts in memory
    if arguments.json:
        figures = {
            "words": words,
            "articles": len(files),
            "bare_words_per_second": [round(rate) for rate in bare],
            "kb_words_per_second": [round(rate) for rate in whole],
            "ratio": round(ratio, 3),
            "model": settings.model,
            "peak_mb": peak,
        }
        print(json.dumps(figures))
        return
    print(
        f"bare spaCy {statistics.median(bare):,.0f} words/s, kb add {statistics.median(whole):,.0f} words/s: "
        f"kb add runs at {ratio:.0%} of the bare pipeline's speed (medians of {arguments.rounds}); "
        f"model {settings.model}, peak memory {peak} MB"
    )


if __name__ == "__main__":
    main()
