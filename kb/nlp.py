"""The only place that loads spaCy: articles -> parsed documents whose offsets are the article's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from kb.errors import ResourceError
from kb.model import Article, Block, BlockKind

#: The blocks that are read. The rest (bylines, share bars, related links, pingbacks, footers) is nobody's voice.
READ = frozenset({BlockKind.HEADLINE, BlockKind.DEK, BlockKind.BODY, BlockKind.CAPTION, BlockKind.COMMENT})

_PROSE = 15  # words


@Language.component("kb_block_starts")
def _start_sentences_at_blocks(doc: Doc) -> Doc:
    """A sentence never runs from one paragraph into the next; the parser then splits within paragraphs."""
    for token in doc[:-1]:
        if token.is_space and "\n\n" in token.text:
            doc[token.i + 1].is_sent_start = True
    return doc


@lru_cache(maxsize=2)
def load(name: str) -> Language:
    """The spaCy pipeline `name`, loaded once a process.

    Raises:
        ResourceError: no such pipeline is installed, or it lacks a parser, tagger or entity recogniser.
    """
    try:
        nlp = spacy.load(name)
    except OSError as error:
        raise ResourceError(
            f"spaCy pipeline {name!r} is not installed ({error}); install it or set KB_SPACY_MODEL to one that is"
        ) from error
    missing = {"tagger", "parser", "ner", "lemmatizer"} - set(nlp.pipe_names)
    if missing:
        raise ResourceError(
            f"spaCy pipeline {name!r} lacks {', '.join(sorted(missing))}; set KB_SPACY_MODEL to a full English pipeline"
        )
    nlp.add_pipe("kb_block_starts", before="parser")
    return nlp


def readable_text(article: Article) -> str:
    """The article's text with everything blanked out that is not read; same length, so offsets stay the article's.

    Blanks between blocks become a paragraph break. NBSPs become spaces here (the stored text keeps them): they would
    otherwise be tokens of their own that derail the parser.
    """
    text = article.text.replace("\u00a0", " ")
    parts: list[str] = []
    at = 0
    for block in article.blocks:
        if block.kind not in READ and not _is_prose(block, text):
            continue
        parts.append(_gap(block.span.start - at))
        parts.append(text[block.span.start : block.span.end].replace("\n", " "))
        at = block.span.end
    parts.append(_gap(len(text) - at))
    return "".join(parts)


def _is_prose(block: Block, text: str) -> bool:
    """A note on the author, say: read for the names in it, never for stances."""
    return block.kind is BlockKind.FOOTER and len(block.span.of(text).split()) >= _PROSE


def _gap(length: int) -> str:
    return "\n" * length if length < 2 else "\n\n" + " " * (length - 2)


def parse(articles: Iterable[Article], model: str, batch_size: int = 8) -> Iterator[tuple[Article, Doc]]:
    """Parse articles in order; `doc[i].idx` counts code points of `Article.text`."""
    nlp = load(model)
    pairs = ((readable_text(article), article) for article in articles)
    for doc, article in nlp.pipe(pairs, as_tuples=True, batch_size=batch_size):
        yield article, doc
