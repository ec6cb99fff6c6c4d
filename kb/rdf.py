"""Extraction -> quads in the terms of the ontology (`ontology/stance.ttl`); runs and reviews have modules of their own.

    article             graph/article/ID      headline, outlet, date; mentions, links, public stances, unnamed sources
    full text, comments graph/restricted/ID   and all that only reader comments say
    entities            graph/entities        labels, types, Wikidata items; shared propositions and utterances
    runs                graph/runs            which software read it

The same extraction gives the same quads: no clock, no random node, literals in the form the store gives back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kb import iris
from kb.iris import Minter
from kb.linking.names import slug as name_slug
from kb.links import CLASSES, add_link
from kb.model import (
    Agent,
    AgentKind,
    BlockKind,
    DateBasis,
    Entity,
    EntityType,
    Extraction,
    Polarity,
    Span,
    SpeechMode,
    Stance,
    Target,
    TargetKind,
    Voice,
)
from kb.runs import RunInfo as RunInfo
from kb.runs import write_run
from kb.settings import Settings
from kb.triples import Triples, boolean, dates, decimal, integer, plain, worded

_CONTEXT = 20  # code points kept before and after a quotation
_BASES = {DateBasis.TEXT: "st:TextDate", DateBasis.ARTICLE: "st:ArticleDate", DateBasis.INFERRED: "st:InferredDate"}
_VALUES = {Polarity.SUPPORT: 1, Polarity.OPPOSE: -1, Polarity.NEUTRAL: 0, Polarity.MIXED: 0}


def extraction_quads(
    extraction: Extraction, minter: Minter, run: RunInfo, settings: Settings
) -> dict[str, list[ox.Quad]]:
    """What is to be stored of an article, by the IRI of the graph.

    The article's two graphs are its own, to be replaced as wholes; the others are shared and only grow. Quotations are
    cut to `settings.quote_limit` code points. Each triple is in one graph.
    """
    sheet = _Sheet(extraction, minter, run, settings.quote_limit)
    sheet.write_article()
    sheet.write_mentions()
    sheet.write_stances()
    sheet.write_entities()
    write_run(sheet, minter, run)
    return {sheet.public: [], sheet.restricted: [], **sheet.quads()}


class _Sheet(Triples):
    """The triples of one extraction. Public content is written first, so that what both have stays public."""

    def __init__(self, extraction: Extraction, minter: Minter, run: RunInfo, quote_limit: int) -> None:
        super().__init__()
        self.extraction = extraction
        self.article = extraction.article
        self.publisher = extraction.publisher or _outlet(self.article.publisher)
        original = extraction.original_publisher or _outlet(self.article.original_publisher)
        self.original = original if original and (not self.publisher or original.key != self.publisher.key) else None
        self.minter = minter
        self.quote_limit = quote_limit
        self.sha = iris.text_sha256(self.article.text)
        self.iri = minter.article(self.article.id)
        self.public = minter.article_graph(self.article.id)
        self.restricted = minter.restricted_graph(self.article.id)
        self.shared = minter.entities_graph
        self.run_iri = minter.run(*run.parts)
        self.calibration = minter.calibration(run.calibration)
        self.comments = [block.span for block in self.article.blocks if block.kind is BlockKind.COMMENT]
        self.shown: set[str] = set()  # keys of entities that public content speaks of

    # --- the article

    def write_article(self) -> None:
        article, graph = self.article, self.public
        self.add(graph, self.iri, "rdf:type", "schema:NewsArticle")
        self.add(graph, self.iri, "st:textSha256", ox.Literal(self.sha))
        known = (
            ("headline", self.words(article.title)),
            ("inLanguage", plain(article.language)),
            ("url", plain(article.url)),
        )
        for name, value in known:
            if value.value:
                self.add(graph, self.iri, f"schema:{name}", value)
        if stated := dates(article.date):
            self.add(graph, self.iri, "schema:datePublished", stated[0])
        if self.publisher is not None:
            self.add(graph, self.iri, "schema:publisher", self.entity(self.publisher, graph))
        if self.original is not None:
            original = self.minter.original(article.id)
            self.add(graph, self.iri, "st:republicationOf", original)
            self.add(graph, original, "rdf:type", "schema:NewsArticle")
            self.add(graph, original, "schema:publisher", self.entity(self.original, graph))
        if self.extraction.author.entity is not None:
            self.add(graph, self.iri, "schema:author", self.entity(self.extraction.author.entity, graph))
        for name in article.authors:
            if name != self.extraction.author.name:
                self.add(graph, self.iri, "schema:author", self.writer(name))
        if article.text:
            self.add(self.restricted, self.iri, "st:text", plain(article.text))

    def writer(self, name: str) -> str:
        """The node of a further author, whom nobody has looked up: of this article only, namesakes are common."""
        iri = self.minter.entity(f"{name_slug(name)}-{hashlib.sha256(self.article.id.encode()).hexdigest()[:8]}")
        self.add(self.shared, iri, "rdf:type", "schema:Person")
        self.add(self.shared, iri, "rdfs:label", self.words(name))
        return iri

    # --- spans

    def write_mentions(self) -> None:
        for mention in sorted(self.extraction.mentions, key=lambda m: self.is_comment(m.span)):
            graph = self.restricted if self.is_comment(mention.span) else self.public
            iri = self.span(mention.span, graph)
            self.add(graph, iri, "st:refersTo", self.entity(mention.entity, graph))
            self.add(graph, iri, "st:mentionForm", f"{_concept(mention.form)}Form")

    def is_comment(self, span: Span) -> bool:
        return any(span.overlaps(comment) for comment in self.comments)

    def span(self, span: Span, graph: str) -> str:
        """The node of a span, cut to the longest quotation allowed, with its two selectors."""
        text = self.article.text
        start = max(0, span.start)
        span = Span(start, max(start, min(span.end, start + self.quote_limit, len(text))))
        iri = self.minter.mention(self.article.id, self.sha, span)
        position, quotation = f"{iri}-position", f"{iri}-quote"
        before, after = max(0, span.start - _CONTEXT), min(len(text), span.end + _CONTEXT)
        if graph == self.public:  # what stands around it must not show a comment
            before = max([before, *(c.end for c in self.comments if c.end <= span.start)])
            after = min([after, *(c.start for c in self.comments if c.start >= span.end)])
        self.add(graph, iri, "rdf:type", "st:Mention")
        self.add(graph, iri, "oa:hasSource", self.iri)
        self.add(graph, iri, "oa:hasSelector", position, quotation)
        self.add(graph, position, "rdf:type", "oa:TextPositionSelector")
        self.add(graph, position, "oa:start", integer(span.start))
        self.add(graph, position, "oa:end", integer(span.end))
        self.add(graph, quotation, "rdf:type", "oa:TextQuoteSelector")
        self.add(graph, quotation, "oa:exact", plain(span.of(text)))
        self.add(graph, quotation, "oa:prefix", plain(text[before : span.start]))
        self.add(graph, quotation, "oa:suffix", plain(text[span.end : after]))
        return iri

    # --- stances

    def write_stances(self) -> None:
        known: dict[str, str] = {}  # stance IRI -> what tells it from others of the same IRI
        for stance in sorted(self.extraction.stances, key=self.is_restricted):
            graph = self.restricted if self.is_restricted(stance) else self.public
            holder, target = self.agent(stance.holder, graph), self.target(stance.target, graph)
            links = self.chain(stance, graph)
            apart = "\n".join([stance.polarity, stance.kind, stance.certainty, stance.date, links[0].iri])
            keys = (self.article.id, self.sha, stance.evidence, holder, target)
            iri = self.minter.stance(*keys)
            if known.setdefault(iri, apart) != apart:
                iri = self.minter.stance(*keys, apart)
                known.setdefault(iri, apart)
            self.write_stance(stance, iri, holder, target, links, graph)

    def is_restricted(self, stance: Stance) -> bool:
        agents = (stance.holder, *(voice.agent for voice in stance.chain))
        return self.is_comment(stance.evidence) or any(agent.kind is AgentKind.COMMENT for agent in agents)

    def write_stance(
        self, stance: Stance, iri: str, holder: str, target: str, links: Sequence[_Link], graph: str
    ) -> None:
        if self.holds(iri, "rdf:type", "st:Stance"):
            return  # the same reading twice
        self.add(graph, iri, "rdf:type", "st:Stance")
        self.add(graph, iri, "st:holder", holder)
        self.add(graph, iri, "st:target", target)
        self.add(graph, iri, "st:polarity", _concept(stance.polarity))
        self.add(graph, iri, "st:polarityValue", decimal(_VALUES[stance.polarity]))
        self.add(graph, iri, "st:kind", _concept(stance.kind))
        self.add(graph, iri, "st:certainty", _concept(stance.certainty))
        self.add(graph, iri, "st:negated", boolean(stance.negated))
        self.add(graph, iri, "st:conditional", boolean(stance.conditional))
        self.add(graph, iri, "st:evidence", self.span(stance.evidence, graph))
        if stance.cue is not None:
            self.add(graph, iri, "st:cue", self.span(stance.cue, graph))
        self.add(graph, iri, "st:utterance", self.utterance(stance, links[0], graph))
        self.add(graph, iri, "st:voicedVia", links[0].iri)
        self.add(graph, iri, "st:voice", links[0].agent)
        self.add(graph, iri, "st:reportedIn", self.iri)
        outlet = self.publisher if graph == self.restricted else self.original or self.publisher
        if outlet is not None:  # comments are made to the copy
            self.add(graph, iri, "st:originPublisher", self.entity(outlet, graph))
        self.add(graph, iri, "st:nestingDepth", integer(len(links) - 1))
        self.add(graph, iri, "st:viaUnnamed", boolean(any(link.unnamed for link in links)))
        stated, basis = dates(stance.date), stance.date_basis
        if not stated:
            stated, basis = dates(self.article.date), DateBasis.ARTICLE
        if stated:
            self.add(graph, iri, "st:statedOn", stated[0])
            self.add(graph, iri, "st:sortDate", stated[1])
            self.add(graph, iri, "st:dateBasis", _BASES[basis])
        self.add(graph, iri, "st:confidence", decimal(stance.confidence))
        self.add(graph, iri, "st:calibratedOn", self.calibration)
        self.add(graph, iri, "st:status", "st:Extracted")
        self.add(graph, iri, "st:audience", "st:RestrictedData" if graph == self.restricted else "st:PublicData")
        self.add(graph, iri, "prov:wasGeneratedBy", self.run_iri)

    def chain(self, stance: Stance, graph: str) -> list[_Link]:
        """The links from the one who speaks out to the article's author or, in a comment, to the commenter."""
        voices = list(stance.chain)
        if not voices or voices[0].agent.kind is not AgentKind.COMMENT:
            outermost = Voice(self.outermost(stance), SpeechMode.AUTHOR_VOICE)
            voices = [outermost, *(voice for voice in voices if not self.is_author(voice.agent))]
        links: list[_Link] = []
        for voice in voices:
            agent, outer = self.agent(voice.agent, graph), links[0].iri if links else ""
            cue = self.span(voice.cue, graph) if voice.cue is not None else ""
            iri = self.minter.attribution(self.article.id, agent, voice.mode, cue, voice.inferred, outer)
            self.add(graph, iri, "rdf:type", "st:Attribution")
            self.add(graph, iri, "prov:agent", agent)
            self.add(graph, iri, "st:speechMode", _concept(voice.mode))
            self.add(graph, iri, "st:inferredLink", boolean(voice.inferred))
            if cue:
                self.add(graph, iri, "st:cue", cue)
            if outer:
                self.add(graph, iri, "st:relayedBy", outer)
            links.insert(0, _Link(iri, agent, voice.agent))
        return links

    def is_author(self, agent: Agent) -> bool:
        author = self.extraction.author.entity
        known = agent.entity is not None and author is not None and agent.entity.key == author.key
        return known or agent.kind is AgentKind.AUTHOR

    def outermost(self, stance: Stance) -> Agent:
        """Whose words the reader has before them."""
        if stance.holder.kind is AgentKind.COMMENT:
            return stance.holder
        for block in self.article.blocks:
            if block.kind is BlockKind.COMMENT and block.span.overlaps(stance.evidence):
                return Agent(block.label or "reader comment", AgentKind.COMMENT)
        return self.extraction.author

    def agent(self, agent: Agent, graph: str) -> str:
        """The node of a holder or voice; who is no entity is somebody of this article only."""
        if agent.entity is not None and agent.kind in (AgentKind.ENTITY, AgentKind.AUTHOR):
            return self.entity(agent.entity, graph)
        iri = self.minter.source(self.article.id, f"{agent.kind}\n{agent.name}")
        if agent.kind is AgentKind.AUTHOR:
            self.add(graph, iri, "rdf:type", "st:UnnamedAuthor")
            self.add(graph, iri, "rdfs:label", worded(f"author ({agent.name})", "en"))
            return iri
        self.add(graph, iri, "rdf:type", "st:UnnamedSource")
        self.add(graph, iri, "st:describedAs", self.words(agent.name[: self.quote_limit]))
        if agent.kind is AgentKind.COMMENT:
            comment = self.minter.comment(self.article.id, agent.name)
            self.add(graph, iri, "rdf:type", "st:Commenter")
            self.add(graph, comment, "rdf:type", "schema:Comment")
            self.add(graph, comment, "schema:parentItem", self.iri)
            self.add(graph, comment, "schema:author", iri)
        if agent.affiliation is not None:
            self.add(graph, iri, "st:presumedAffiliation", self.entity(agent.affiliation, graph))
        return iri

    def target(self, target: Target, graph: str) -> str:
        if target.kind is TargetKind.ENTITY and target.entity is not None:
            return self.entity(target.entity, graph)
        keys = [entity.key for entity in target.about]
        iri = self.minter.proposition(target.name, keys, self.article.id)
        home = self.shared if graph == self.public and iris.is_shared(target.name, keys) else graph
        self.add(home, iri, "rdf:type", "st:Proposition")
        self.add(home, iri, "skos:prefLabel", self.words(target.name))
        for entity in target.about:
            self.add(home, iri, "schema:about", self.entity(entity, graph))
        return iri

    def utterance(self, stance: Stance, speaker: _Link, graph: str) -> str:
        """The unit to count: the same long words of the same voice are one utterance in all articles."""
        words = stance.evidence.of(self.article.text)
        lasting = graph == self.public and iris.is_lasting(words)
        iri = self.minter.utterance(speaker.by.name, words, "" if lasting else self.article.id)
        self.add(self.shared if lasting else graph, iri, "rdf:type", "st:Utterance")
        everywhere = lasting and speaker.by.entity is not None  # else the speaker is a node of this article
        self.add(self.shared if everywhere else graph, iri, "schema:spokenByCharacter", speaker.agent)
        return iri

    # --- entities

    def entity(self, entity: Entity, graph: str) -> str:
        """The node of an entity that the graph speaks of; it is described in `write_entities`."""
        if graph == self.public:
            self.shown.add(entity.key)
        return self.minter.entity(entity.key)

    def write_entities(self) -> None:
        outlets = (entity for entity in (self.publisher, self.original) if entity is not None)
        for entity in {e.key: e for e in (*outlets, *self.extraction.entities)}.values():
            iri, link, shown = self.minter.entity(entity.key), entity.link, entity.key in self.shown
            # Somebody known from comments alone may be a private person.
            home = self.shared if shown or entity.qid else self.restricted
            self.add(home, iri, "rdf:type", *CLASSES[entity.type])
            listed = next((c.label for c in link.candidates if c.qid == entity.qid), "")
            label = worded(listed, "en") if listed else self.words(entity.name)
            self.add(home, iri, "rdfs:label", label)
            if label.value != entity.name:  # what only comments call it stays with them, linked or not
                self.add(self.shared if shown else self.restricted, iri, "skos:altLabel", self.words(entity.name))
            if entity.qid:
                self.add(home, iri, "skos:exactMatch", f"wd:{entity.qid}")
            self.write_link(entity, self.public if shown else self.restricted)

    def write_link(self, entity: Entity, graph: str) -> None:
        add_link(self, self.minter, self.article.id, entity.key, entity.link, graph, self.run_iri)

    def words(self, text: str) -> ox.Literal:
        """A text in the article's language."""
        return worded(text, self.article.language or "en")


@dataclass(frozen=True, slots=True)
class _Link:
    iri: str
    agent: str
    by: Agent

    @property
    def unnamed(self) -> bool:
        return self.by.kind is not AgentKind.AUTHOR and (self.by.kind is not AgentKind.ENTITY or self.by.entity is None)


def _outlet(name: str) -> Entity | None:
    """An outlet that nobody has looked up."""
    return Entity(name_slug(name), name, EntityType.MEDIA) if name else None


def _concept(value: str) -> str:
    """ "direct-quote" -> "st:DirectQuote"."""
    return "st:" + "".join(part.capitalize() for part in value.split("-"))
