"""The whole flow. Read this first.

Article -> Doc -> mentions, linked -> references -> attributions -> stances -> Extraction
(-> quads -> store: `kb.knowledge`)
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator

from spacy.tokens import Doc

from kb import nlp
from kb.attribution import Attributions
from kb.coreference import References
from kb.errors import InputError
from kb.linking.index import load_index
from kb.linking.linker import Linker, entity_key
from kb.mentions import find_mentions
from kb.model import Agent, AgentKind, Article, Entity, EntityType, Extraction, Mention
from kb.people import is_private
from kb.settings import Settings
from kb.stance.extraction import StanceFinder


class Pipeline:
    """Everything that is loaded once: language model, index, linker."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.linker = Linker(load_index(settings.index))

    def extract(self, articles: Iterable[Article], failed: list[InputError] | None = None) -> Iterator[Extraction]:
        """Read articles in order and yield what each of them says.

        Args:
            failed: where an article that cannot be read through is noted; the others go on. None: it raises.

        Raises:
            ResourceError: the language model or the index is missing.
        """
        for article, doc in nlp.parse(articles, self.settings.spacy_model):
            try:
                yield self.read(article, doc)
            except Exception as error:  # one article that trips a rule must not stop a run of thousands
                if failed is None:
                    raise
                source = article.source or article.id
                failed.append(InputError(source, f"reading it failed ({error!r})", "please report it with the text"))
                logging.getLogger(__name__).exception("reading %s failed", source)

    def read(self, article: Article, doc: Doc) -> Extraction:
        """One parsed article -> its entities and stances."""
        author = self.author_of(article)
        mentions = find_mentions(doc, article, self.linker)
        references = References(doc, mentions)
        attributions = Attributions(doc, mentions, references)
        finder = StanceFinder(doc, article, author, mentions, references, attributions, self.settings.quote_limit)
        stances = finder.find()
        shown = (m for m in mentions.as_model(doc) if not is_private(m, article))
        found = _in_order([*shown, *references.pronouns()])
        publisher, original = self.outlet(article.publisher), self.outlet(article.original_publisher)
        return Extraction(article, author, found, stances, publisher, original)

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


def _in_order(mentions: list[Mention]) -> tuple[Mention, ...]:
    return tuple(sorted(mentions, key=lambda m: (m.span.start, m.span.end)))
