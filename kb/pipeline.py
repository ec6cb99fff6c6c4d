"""The whole flow. Read this first.

Article -> Doc -> mentions, linked -> network -> references -> attributions -> stances -> Extraction
(-> quads -> store: `kb.knowledge`)
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from spacy.tokens import Doc

from kb import nlp
from kb.attribution import Attributions
from kb.coreference import References
from kb.errors import InputError
from kb.linking.index import load_index
from kb.linking.linker import Linker, entity_key
from kb.mentions import find_mentions
from kb.model import Agent, AgentKind, Article, Entity, EntityType, Extraction, Mention
from kb.network.encoder import Encoded
from kb.network.loading import load_network
from kb.network.reader import NOTHING, NetworkReader
from kb.people import is_private
from kb.settings import Settings
from kb.stance.extraction import StanceFinder

_AHEAD = 12  # documents parsed while the network is busy with earlier ones; more than a batch of the parser's


class Pipeline:
    """Everything that is loaded once: language model, network, index, linker."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.linker = Linker(load_index(settings.index))
        self.network = load_network(settings)

    def extract(self, articles: Iterable[Article], failed: list[InputError] | None = None) -> Iterator[Extraction]:
        """Read articles in order and yield what each of them says.

        Args:
            failed: where an article that cannot be read through is noted; the others go on. None: it raises.

        Raises:
            ResourceError: the language model or the index is missing.
        """
        parsed = nlp.parse(articles, self.settings.spacy_model)
        for article, doc, encoded in self._encoded(parsed, self.network):
            try:
                yield self.read(article, doc, encoded.result() if encoded is not None else None)
            except Exception as error:  # one article that trips a rule must not stop a run of thousands
                if failed is None:
                    raise
                source = article.source or article.id
                failed.append(InputError(source, f"reading it failed ({error!r})", "please report it with the text"))
                logging.getLogger(__name__).exception("reading %s failed", source)

    @staticmethod
    def _encoded(
        parsed: Iterable[tuple[Article, Doc]], network: NetworkReader | None
    ) -> Iterator[tuple[Article, Doc, Future[list[Encoded]] | None]]:
        """The network's vectors of each document, computed in a thread of their own while the next ones are parsed."""
        if network is None:
            yield from ((article, doc, None) for article, doc in parsed)
            return
        waiting: deque[tuple[Article, Doc, Future[list[Encoded]]]] = deque()
        pool = ThreadPoolExecutor(1)
        try:
            for article, doc in parsed:
                waiting.append((article, doc, pool.submit(network.encode, doc)))
                if len(waiting) > _AHEAD:
                    _help(waiting, network)
                    yield waiting.popleft()
            while waiting:
                _help(waiting, network)
                yield waiting.popleft()
        finally:  # who stops early does not wait for what is not begun
            pool.shutdown(cancel_futures=True)

    def read(self, article: Article, doc: Doc, encoded: list[Encoded] | None = None) -> Extraction:
        """One parsed article -> its entities and stances."""
        finder = self.finder(article, doc, encoded)
        stances = finder.find()
        shown = (m for m in finder.mentions.as_model(doc) if not is_private(m, article))
        found = _in_order([*shown, *finder.references.pronouns()])
        publisher, original = self.outlet(article.publisher), self.outlet(article.original_publisher)
        return Extraction(article, finder.author, found, stances, publisher, original)

    def finder(self, article: Article, doc: Doc, encoded: list[Encoded] | None = None) -> StanceFinder:
        """The steps up to stances: mentions, what the network reads, references, attributions."""
        mentions = find_mentions(doc, article, self.linker)
        network = NOTHING if self.network is None else self.network.read(doc, encoded, mentions.at)
        references = References(doc, mentions, network.antecedents)
        attributions = Attributions(doc, mentions, references, network.attributions)
        return StanceFinder(
            doc,
            article,
            self.author_of(article),
            mentions,
            references,
            attributions,
            self.settings.quote_limit,
            None if self.network is None else network,
            {} if self.network is None else self.network.weights,
            self.settings.threshold,
        )

    def outlet(self, name: str) -> Entity | None:
        """The outlet of that name as an entity; None where the article names none."""
        if not name:
            return None
        link = self.linker.link(name, EntityType.MEDIA, (name,))
        entry = self.linker.index.get(link.qid) if link.qid else None
        key = entity_key(name, EntityType.MEDIA, link, "", self.linker.index)
        return Entity(key, entry.label if entry else name, EntityType.MEDIA, link)

    def author_of(self, article: Article) -> Agent:
        """The article's own voice: its first author by name, else its publisher, else the article."""
        name = next(iter(article.authors), "")
        if not name:
            return Agent(article.original_publisher or article.publisher or article.id, AgentKind.AUTHOR)
        link = self.linker.link(name, EntityType.PERSON, (name,), article.publisher)
        key = entity_key(name, EntityType.PERSON, link, article.id, self.linker.index)
        return Agent(name, AgentKind.AUTHOR, Entity(key, name, EntityType.PERSON, link))


def _help(waiting: deque[tuple[Article, Doc, Future[list[Encoded]]]], network: NetworkReader) -> None:
    """Encode what the other thread has not begun, as long as this one would only wait for the first document."""
    for n, (article, doc, encoded) in enumerate(waiting):
        if waiting[0][2].done():
            return
        if encoded.cancel():
            ready: Future[list[Encoded]] = Future()
            try:
                ready.set_result(network.encode(doc))
            except Exception as error:  # told when the document's turn comes, as the other thread would
                ready.set_exception(error)
            waiting[n] = (article, doc, ready)


def _in_order(mentions: list[Mention]) -> tuple[Mention, ...]:
    return tuple(sorted(mentions, key=lambda m: (m.span.start, m.span.end)))
