"""Parsed document -> mentions, joined within the article and each joined entity linked once.

A surname, an acronym, a demonym ("the Russians"), a metonym ("Moscow", "the Kremlin") and a government phrase ("the
Syrian regime") are joined to what they stand for. Pronouns and titles are resolved in `kb.coreference`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Doc, Token
from spacy.tokens import Span as DocSpan

from kb.clusters import is_located, is_sport, join_names
from kb.linking.index import Entry
from kb.linking.linker import Linker, Question, entity_key
from kb.model import (
    Agent,
    AgentKind,
    Article,
    BlockKind,
    Entity,
    EntityLink,
    EntityType,
    LinkStatus,
    Mention,
    Span,
)
from kb.names import TYPES, Cluster, Found, find_names

_BEFORE, _AFTER = 30, 60  # words around the first mention that the linker looks at
_INITIAL = re.compile(r" (?:[A-Z]\. ?)+(?=[A-Z])")


@dataclass(slots=True)
class Mentions:
    """The mentions of one document; `at` gives the one that covers a token (by index), `clusters` keep text order."""

    found: list[Found]
    clusters: list[Cluster]
    at: dict[int, Found]

    def named(self, entity: Entity) -> Agent:
        """The agent that an entity is, under the fullest name that this article gives a person."""
        return Agent(self.name_of(entity), AgentKind.ENTITY, entity)

    def name_of(self, entity: Entity) -> str:
        """The fullest name of a person in this article; of anything else the entity's own name."""
        if entity.type is EntityType.PERSON:
            for cluster in self.clusters:
                if cluster.entity == entity:
                    full = max(cluster.surfaces, key=lambda s: (len(s.split()), len(s)))
                    return full if " " in full else entity.name
        return entity.name

    def entity(self, token: Token) -> Entity | None:
        """The entity whose mention covers `token`, or None."""
        found = self.at.get(token.i)
        return found.cluster.entity if found is not None and found.cluster is not None else None

    def as_model(self, doc: Doc) -> Iterator[Mention]:
        """The mentions as `kb.model` has them, in text order."""
        for found in self.found:
            assert found.cluster is not None
            assert found.cluster.entity is not None
            span = DocSpan(doc, found.start, found.end)
            place = Span(span.start_char, span.end_char)
            yield Mention(place, span.text, found.label, found.form, found.cluster.entity)


def find_mentions(doc: Doc, article: Article, linker: Linker) -> Mentions:
    """Find, join and link the mentions of one article.

    Args:
        doc: its parse; `token.idx` counts code points of `article.text`.
        linker: decides on each joined entity once.
    """
    headlines = tuple(b.span for b in article.blocks if b.kind is BlockKind.HEADLINE)
    found = find_names(doc, linker, headlines)
    clusters = join_names(doc, found, linker)
    _link_all(clusters, found, doc, article, linker)
    at = {i: f for f in found for i in range(f.start, f.end)}
    return Mentions(found, clusters, at)


def _link_all(clusters: list[Cluster], found: list[Found], doc: Doc, article: Article, linker: Linker) -> None:
    """Decide for every cluster, then once more for those that what was linked may help with."""
    counted = sorted((c for c in clusters if c.entry is not None), key=lambda c: (-c.surfaces.total(), c.first))
    known = [c.entry for c in counted if c.entry is not None]
    open_ones = []
    for cluster in clusters:
        cluster.entity = _link(cluster, found, doc, article, linker, known)
        if cluster.entry is None and cluster.entity.link.candidates:
            open_ones.append(cluster)
    linked = [e for c in open_ones if c.entity and c.entity.qid and (e := linker.index.get(c.entity.qid)) is not None]
    if linked:
        for cluster in open_ones:
            cluster.entity = _link(cluster, found, doc, article, linker, [*known, *linked])


def _link(
    cluster: Cluster, found: list[Found], doc: Doc, article: Article, linker: Linker, known: list[Entry]
) -> Entity:
    if cluster.entry is not None:
        link = EntityLink(LinkStatus.ACCEPTED, cluster.entry.qid, 0.95)
        name, kind = cluster.entry.label, cluster.entry.type
    else:
        question = question_of(cluster, found, doc, article)
        link = linker.decide(question, known)
        name, kind = question.name, question.type or EntityType.OTHER
        if link.qid is not None and (entry := linker.index.get(link.qid)) is not None:
            name, kind = entry.label, entry.type
    # "Ashton B. Carter" and "Ashton Carter" are one man, linked or not
    plain = _INITIAL.sub(" ", name) if kind is EntityType.PERSON else name
    key = entity_key(plain, kind, link, article.id, linker.index)
    return Entity(key, name, kind, link)


def question_of(cluster: Cluster, found: list[Found], doc: Doc, article: Article) -> Question:
    """What the linker is asked about a cluster; `found` are all mentions of the article."""
    name = max(cluster.surfaces, key=lambda s: (len(s.split()), len(s)), default=cluster.name)
    context = article.title + " " + doc[max(0, cluster.first - _BEFORE) : cluster.first + _AFTER].text
    located = any(is_located(doc, f) for f in found if f.cluster is cluster)
    year = int(article.date[:4]) if article.date[:4].isdecimal() else 0
    return Question(name, TYPES.get(cluster.label), tuple(cluster.surfaces), context, located, is_sport(doc), year)
