"""IRIs: prefixes, and how each thing of the base gets its name. Everything here is a pure function of its arguments.

A minted IRI ends in a readable key (articles, entities) or in a hash of what makes the thing the same thing, so that
reading an article again gives the same IRIs. Hashes are the first 96 bits of a SHA-256, in hexadecimal digits, and do
not depend on the base of the IRIs.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from urllib.parse import quote

from kb.model import Span
from kb.settings import NAMESPACE

PREFIXES = {
    "st": NAMESPACE,
    "itsrdf": "http://www.w3.org/2005/11/its/rdf#",
    "oa": "http://www.w3.org/ns/oa#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "http://schema.org/",  # http on purpose: the form of schema.org's own RDF
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "wd": "http://www.wikidata.org/entity/",
    "wds": "http://www.wikidata.org/entity/statement/",
    "wdt": "http://www.wikidata.org/prop/direct/",
    "p": "http://www.wikidata.org/prop/",
    "ps": "http://www.wikidata.org/prop/statement/",
    "pq": "http://www.wikidata.org/prop/qualifier/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

_DIGITS = 24  # of 4 bits
_LONGEST_SLUG = 100
_SAFE_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]*")
_WORD = re.compile(r"\w+(?:['’.-]\w+)*")
# Left out when wordings are compared. Not here: words that turn the meaning (not, against, without, from, can, may).
_STOP_LIST = """
    a an the this that these those its their his her our your my of to in on at as by and or be is are was were been
    being am do does did have has had should would will shall must ought there it they he she we you i
"""
_STOP_WORDS = frozenset(_STOP_LIST.split())
_ARTICLES = frozenset({"a", "an", "the"})
_LEAST_WORDS = 2  # a shorter wording says too little to be the same in two articles
_LEAST_QUOTE = 6  # words; a shorter quotation may be said twice


def text_sha256(text: str) -> str:
    """SHA-256 of the text's UTF-8 bytes, as 64 hexadecimal digits; it pins what the offsets count in."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def slug(identifier: str) -> str:
    """The identifier itself where an IRI can hold it, else what it can hold of it and a hash, so that no two collide.

    >>> slug("ledger-2024-05-02"), slug("a b/ü")
    ('ledger-2024-05-02', 'a-b-736afe6567bb')
    """
    if len(identifier) <= _LONGEST_SLUG and _SAFE_SLUG.fullmatch(identifier):
        return identifier
    readable = re.sub(r"[^A-Za-z0-9]+", "-", identifier)[: _LONGEST_SLUG - 20].strip("-")
    return f"{readable}-{_digest(identifier)[:12]}".removeprefix("-")


def content_words(wording: str) -> list[str]:
    """The words of a proposition that tell it from others, folded, in order.

    >>> content_words("The harbour bridge should not be built")
    ['harbour', 'bridge', 'not', 'built']
    """
    return [word for word in _WORD.findall(wording.casefold()) if word not in _STOP_WORDS]


def is_shared(wording: str, about: Iterable[str]) -> bool:
    """Whether a proposition is specific enough to be one and the same in several articles ("the plan" is not)."""
    return len(set(content_words(wording))) >= _LEAST_WORDS and any(True for _ in about)


def is_lasting(quotation: str) -> bool:
    """Whether words are enough to be taken for one utterance wherever the same voice is quoted with them."""
    return len(_WORD.findall(quotation)) >= _LEAST_QUOTE


class Minter:
    """Mints the IRIs under one base. Article ids and keys may hold any character."""

    def __init__(self, base: str) -> None:
        """Args: base: where our IRIs start, with its last / or #."""
        self.base = base
        self.entities_graph = f"{base}graph/entities"
        self.runs_graph = f"{base}graph/runs"
        self.reviews_graph = f"{base}graph/reviews"
        self.wikidata_graph = f"{base}graph/wikidata"
        self.restricted_reviews_graph = f"{base}graph/restricted/reviews/of-comments"  # no article's slug has a slash

    def article_graph(self, article_id: str) -> str:
        """The graph of an article's public content."""
        return f"{self.base}graph/article/{slug(article_id)}"

    def restricted_graph(self, article_id: str) -> str:
        """The graph of an article's full text and of what its reader comments say."""
        return f"{self.base}graph/restricted/{slug(article_id)}"

    def article(self, article_id: str) -> str:
        """The article as we hold it."""
        return self._iri("article", slug(article_id))

    def original(self, article_id: str) -> str:
        """What the article republishes, where we hold no copy of it."""
        return self._hash("article", "original", article_id)

    def entity(self, key: str) -> str:
        """An entity by its key (`kb.model.Entity.key`), shared by all articles."""
        return self._iri("entity", key if _SAFE_SLUG.fullmatch(key) else quote(key, safe=""))

    def proposition(self, wording: str, about: Iterable[str], article_id: str) -> str:
        """A proposition by its content words and the keys of what it is about; see `is_shared` for its reach.

        About one entity the order of the words does not count. About two it does, and so do all words but the articles:
        they may be all that tells who does what to whom.
        """
        keys = sorted(set(about))
        words = sorted(set(content_words(wording)))
        if len(keys) > 1 or not words:
            words = [word for word in _WORD.findall(wording.casefold()) if word not in _ARTICLES]
        return self._hash(
            "proposition", "" if is_shared(wording, keys) else article_id, *(words or [wording]), "", *keys
        )

    def stance(self, article_id: str, sha: str, span: Span, holder: str, target: str, apart: str = "") -> str:
        """A stance by article, text, evidence, and the IRIs of holder and target.

        The article counts because the same text may be published twice. `apart` tells stances from each other that
        agree in all of it, and is "" for the first one.
        """
        parts = [article_id, sha, str(span.start), str(span.end), self._local(holder), self._local(target)]
        return self._hash("stance", *parts, *([apart] if apart else []))

    def mention(self, article_id: str, sha: str, span: Span) -> str:
        """A span of an article's text. Its selectors are this IRI with "-position" and "-quote"."""
        return self._hash("mention", article_id, sha, str(span.start), str(span.end))

    def attribution(self, article_id: str, agent: str, mode: str, cue: str, inferred: bool, outer: str) -> str:
        """One link of a chain; `outer` is the IRI of the next one outwards, "" for the last."""
        return self._hash("attribution", article_id, self._local(agent), mode, cue, str(inferred), self._local(outer))

    def utterance(self, voice: str, quotation: str, article_id: str) -> str:
        """What a voice said, by the voice's name and the words; `article_id` is "" where it may be in many articles."""
        return self._hash("utterance", article_id, voice.casefold(), *_WORD.findall(quotation.casefold()))

    def source(self, article_id: str, description: str) -> str:
        """An unnamed source, a commenter or an author without a name: somebody of this article only."""
        return self._hash("source", article_id, description)

    def comment(self, article_id: str, label: str) -> str:
        """A reader comment."""
        return self._hash("comment", article_id, label)

    def link(self, article_id: str, key: str, qid: str = "") -> str:
        """What the linker decided on an entity of an article; with `qid`, what it thought of that candidate."""
        return self._hash("link", article_id, key, qid)

    def run(self, *parts: str) -> str:
        """An extraction run by the versions of what ran; no clock, so that the same software is the same run."""
        return self._hash("run", *parts)

    def software(self, *parts: str) -> str:
        """The software of a run."""
        return self._hash("software", *parts)

    def calibration(self, name: str) -> str:
        """What made scores into confidences."""
        return self._hash("calibration", name)

    def review(self, *parts: str) -> str:
        """What a person said of a stance."""
        return self._hash("review", *parts)

    def _local(self, iri: str) -> str:
        return iri.removeprefix(self.base)

    def _hash(self, kind: str, *parts: str) -> str:
        return self._iri(kind, _digest("\x1f".join(parts))[:_DIGITS])

    def _iri(self, kind: str, key: str) -> str:
        return f"{self.base}id/{kind}/{key}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
