"""Extraction -> quads: the only module that spells the terms of the ontology (`ontology/stance.ttl`).

    article             graph/article/ID      headline, outlet, date; mentions, links, public stances, unnamed sources
    full text, comments graph/restricted/ID   and all that only reader comments say
    entities            graph/entities        labels, types, Wikidata items; shared propositions and utterances
    runs                graph/runs            which software read it

The same extraction gives the same quads: no clock, no random node, literals in the form the store gives back.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import pyoxigraph as ox

from kb import iris
from kb.iris import Minter
from kb.linking.names import slug as name_slug
from kb.model import (
    Agent,
    AgentKind,
    BlockKind,
    DateBasis,
    Entity,
    EntityType,
    Extraction,
    LinkStatus,
    Mention,
    Polarity,
    Span,
    SpeechMode,
    Stance,
    Target,
    TargetKind,
    Voice,
)
from kb.settings import Settings

_CONTEXT = 20  # code points kept before and after a quotation
_SURROGATE = re.compile("[\ud800-\udfff]")
_ISO_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_CLASSES = {
    EntityType.PERSON: ("schema:Person",),
    EntityType.ORGANISATION: ("schema:Organization",),
    EntityType.COUNTRY: ("schema:Country",),
    EntityType.PLACE: ("schema:Place",),
    EntityType.GROUP: ("schema:Thing", "st:Group"),  # schema.org has no class of peoples, creeds and camps
    EntityType.MEDIA: ("schema:NewsMediaOrganization",),
    EntityType.EVENT: ("schema:Event",),
    EntityType.WORK: ("schema:CreativeWork",),
    EntityType.OTHER: ("schema:Thing",),
}
_STATUSES = {LinkStatus.ACCEPTED: "st:Accepted", LinkStatus.AMBIGUOUS: "st:Ambiguous", LinkStatus.NIL: "st:NIL"}
_BASES = {DateBasis.TEXT: "st:TextDate", DateBasis.ARTICLE: "st:ArticleDate", DateBasis.INFERRED: "st:InferredDate"}
_VALUES = {Polarity.SUPPORT: 1, Polarity.OPPOSE: -1, Polarity.NEUTRAL: 0, Polarity.MIXED: 0}
_OUTLETS = (EntityType.MEDIA, EntityType.ORGANISATION)
_NOT_FITTED = "The product of the weights of the rules that fired, set by hand; no map was fitted to it."


@dataclass(frozen=True, slots=True)
class RunInfo:
    """Which software reads: its version, the language model, the stance model ("default" or "accurate").

    `digest` is the SHA-256 of the models' weights where it is known; `calibration` says what made the confidences.
    """

    version: str
    language_model: str
    model: str
    digest: str = ""
    calibration: str = _NOT_FITTED

    @property
    def parts(self) -> tuple[str, ...]:
        """What makes it another run."""
        return (self.version, self.language_model, self.model, self.digest, self.calibration)


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
    sheet.write_run()
    return sheet.graphs()


def settle_names(quads: Iterable[ox.Quad], named: Iterable[ox.Quad]) -> list[ox.Quad]:
    """The quads of a shared graph with one name for each thing: names after the first become `skos:altLabel`.

    Args:
        named: what the graph holds of the same subjects; a name there stays the name.
    """
    names = (term("rdfs:label"), term("skos:prefLabel"))
    first = {(quad.subject, quad.predicate): quad.object for quad in named if quad.predicate in names}
    settled: list[ox.Quad] = []
    for quad in quads:
        if quad.predicate in names and first.setdefault((quad.subject, quad.predicate), quad.object) != quad.object:
            quad = ox.Quad(quad.subject, term("skos:altLabel"), quad.object, quad.graph_name)
        settled.append(quad)
    return settled


@cache
def term(name: str) -> ox.NamedNode:
    """ "st:holder" -> the node; the prefix is one of `kb.iris.PREFIXES`."""
    prefix, _, local = name.partition(":")
    return ox.NamedNode(iris.PREFIXES[prefix] + local)


class _Sheet:
    """The quads of one extraction as they are written, each triple once."""

    def __init__(self, extraction: Extraction, minter: Minter, run: RunInfo, quote_limit: int) -> None:
        self.extraction = extraction
        self.article = extraction.article
        self.minter = minter
        self.run = run
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
        # The graph of each triple: what was written first stays, so public content is written before restricted.
        self.triples: dict[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal], str] = {}

    def graphs(self) -> dict[str, list[ox.Quad]]:
        found: dict[str, list[ox.Quad]] = {self.public: [], self.restricted: []}
        for (subject, predicate, value), graph in self.triples.items():
            found.setdefault(graph, []).append(ox.Quad(subject, predicate, value, ox.NamedNode(graph)))
        return found

    def add(self, graph: str, subject: str, predicate: str, *values: str | ox.Literal) -> None:
        """Write triples; a value that is a string is an IRI or, with one of our prefixes, a term."""
        for value in values:
            self.triples.setdefault((ox.NamedNode(subject), term(predicate), _object(value)), graph)

    # --- the article

    def write_article(self) -> None:
        article, graph = self.article, self.public
        self.add(graph, self.iri, "rdf:type", "schema:NewsArticle")
        self.add(graph, self.iri, "st:textSha256", ox.Literal(self.sha))
        if article.title:
            self.add(graph, self.iri, "schema:headline", self.words(article.title))
        if article.language:
            self.add(graph, self.iri, "schema:inLanguage", _plain(article.language))
        if article.url:
            self.add(graph, self.iri, "schema:url", _plain(article.url))
        if stated := _dates(article.date):
            self.add(graph, self.iri, "schema:datePublished", stated[0])
        if article.publisher:
            self.add(graph, self.iri, "schema:publisher", self.outlet(article.publisher))
        if article.original_publisher and article.original_publisher != article.publisher:
            original = self.minter.original(article.id)
            self.add(graph, self.iri, "st:republicationOf", original)
            self.add(graph, original, "rdf:type", "schema:NewsArticle")
            self.add(graph, original, "schema:publisher", self.outlet(article.original_publisher))
        if self.extraction.author.entity is not None:
            self.add(graph, self.iri, "schema:author", self.entity(self.extraction.author.entity, graph))
        for name in article.authors:
            if name != self.extraction.author.name:
                self.add(graph, self.iri, "schema:author", self.writer(name))
        if article.text:
            self.add(self.restricted, self.iri, "st:text", _plain(article.text))

    def outlet(self, name: str) -> str:
        """The node of a publisher: the entity of that name where the article speaks of it."""
        for entity in self.extraction.entities:
            if entity.type in _OUTLETS and entity.name.casefold() == name.casefold():
                self.add(self.shared, self.minter.entity(entity.key), "rdf:type", "schema:NewsMediaOrganization")
                return self.entity(entity, self.public)
        iri = self.minter.entity(name_slug(name))
        self.add(self.shared, iri, "rdf:type", "schema:NewsMediaOrganization")
        self.add(self.shared, iri, "rdfs:label", self.words(name))
        return iri

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
            self.add(graph, iri, "st:mentionForm", _form(mention))

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
        self.add(graph, position, "oa:start", _integer(span.start))
        self.add(graph, position, "oa:end", _integer(span.end))
        self.add(graph, quotation, "rdf:type", "oa:TextQuoteSelector")
        self.add(graph, quotation, "oa:exact", _plain(span.of(text)))
        self.add(graph, quotation, "oa:prefix", _plain(text[before : span.start]))
        self.add(graph, quotation, "oa:suffix", _plain(text[span.end : after]))
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
        if (ox.NamedNode(iri), term("rdf:type"), term("st:Stance")) in self.triples:
            return  # the same reading twice
        audience = "st:RestrictedData" if graph == self.restricted else "st:PublicData"
        self.add(graph, iri, "rdf:type", "st:Stance")
        self.add(graph, iri, "st:holder", holder)
        self.add(graph, iri, "st:target", target)
        self.add(graph, iri, "st:polarity", _concept(stance.polarity))
        self.add(graph, iri, "st:polarityValue", _decimal(_VALUES[stance.polarity]))
        self.add(graph, iri, "st:kind", _concept(stance.kind))
        self.add(graph, iri, "st:certainty", _concept(stance.certainty))
        self.add(graph, iri, "st:negated", _boolean(stance.negated))
        self.add(graph, iri, "st:conditional", _boolean(stance.conditional))
        self.add(graph, iri, "st:evidence", self.span(stance.evidence, graph))
        if stance.cue is not None:
            self.add(graph, iri, "st:cue", self.span(stance.cue, graph))
        self.add(graph, iri, "st:utterance", self.utterance(stance, links[0], graph))
        self.add(graph, iri, "st:voicedVia", links[0].iri)
        self.add(graph, iri, "st:voice", links[0].agent)
        self.add(graph, iri, "st:reportedIn", self.iri)
        publisher = self.article.original_publisher or self.article.publisher
        if graph == self.restricted:  # comments are made to the copy
            publisher = self.article.publisher
        if publisher:
            self.add(graph, iri, "st:originPublisher", self.outlet(publisher))
        self.add(graph, iri, "st:nestingDepth", _integer(len(links) - 1))
        self.add(graph, iri, "st:viaUnnamed", _boolean(any(link.unnamed for link in links)))
        stated, basis = _dates(stance.date), stance.date_basis
        if not stated:
            stated, basis = _dates(self.article.date), DateBasis.ARTICLE
        if stated:
            self.add(graph, iri, "st:statedOn", stated[0])
            self.add(graph, iri, "st:sortDate", stated[1])
            self.add(graph, iri, "st:dateBasis", _BASES[basis])
        self.add(graph, iri, "st:confidence", _decimal(stance.confidence))
        self.add(graph, iri, "st:calibratedOn", self.calibration)
        self.add(graph, iri, "st:status", "st:Extracted")
        self.add(graph, iri, "st:audience", audience)
        self.add(graph, iri, "prov:wasGeneratedBy", self.run_iri)

    def chain(self, stance: Stance, graph: str) -> list[_Link]:
        """The links from the one who speaks out to the article's author or, in a comment, to the commenter."""
        voices = list(stance.chain)
        if not voices or voices[0].agent.kind not in (AgentKind.AUTHOR, AgentKind.COMMENT):
            voices.insert(0, Voice(self.outermost(stance), SpeechMode.AUTHOR_VOICE))
        links: list[_Link] = []
        for voice in voices:
            agent, outer = self.agent(voice.agent, graph), links[0].iri if links else ""
            cue = self.span(voice.cue, graph) if voice.cue is not None else ""
            iri = self.minter.attribution(self.article.id, agent, voice.mode, cue, voice.inferred, outer)
            self.add(graph, iri, "rdf:type", "st:Attribution")
            self.add(graph, iri, "prov:agent", agent)
            self.add(graph, iri, "st:speechMode", _concept(voice.mode))
            self.add(graph, iri, "st:inferredLink", _boolean(voice.inferred))
            if cue:
                self.add(graph, iri, "st:cue", cue)
            if outer:
                self.add(graph, iri, "st:relayedBy", outer)
            links.insert(0, _Link(iri, agent, voice.agent))
        return links

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
            self.add(graph, iri, "rdfs:label", ox.Literal(f"author ({_clean(agent.name)})", language="en"))
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
        for entity in self.extraction.entities:
            iri, link, shown = self.minter.entity(entity.key), entity.link, entity.key in self.shown
            # Somebody known from comments alone may be a private person.
            home = self.shared if shown or entity.qid else self.restricted
            self.add(home, iri, "rdf:type", *_CLASSES[entity.type])
            listed = next((c.label for c in link.candidates if c.qid == entity.qid), "")
            label = ox.Literal(_clean(listed), language="en") if listed else self.words(entity.name)
            self.add(home, iri, "rdfs:label", label)
            if label.value != entity.name:
                self.add(home, iri, "skos:altLabel", self.words(entity.name))
            if entity.qid:
                self.add(home, iri, "skos:exactMatch", f"wd:{entity.qid}")
            self.write_link(entity, self.public if shown else self.restricted)

    def write_link(self, entity: Entity, graph: str) -> None:
        link, iri = entity.link, self.minter.link(self.article.id, entity.key)
        self.add(graph, self.minter.entity(entity.key), "st:hasLink", iri)
        self.add(graph, iri, "rdf:type", "st:EntityLink")
        self.add(graph, iri, "st:linkStatus", _STATUSES[link.status])
        self.add(graph, iri, "itsrdf:taConfidence", _decimal(link.confidence))
        self.add(graph, iri, "prov:wasDerivedFrom", self.iri)
        self.add(graph, iri, "prov:wasGeneratedBy", self.run_iri)
        if link.qid and link.status is LinkStatus.ACCEPTED:
            self.add(graph, iri, "st:candidate", f"wd:{link.qid}")
        for candidate in link.candidates:
            if candidate.qid == link.qid:
                continue
            other = self.minter.link(self.article.id, entity.key, candidate.qid)
            self.add(graph, iri, "st:nextBest", other)
            self.add(graph, other, "rdf:type", "st:EntityLink")
            self.add(graph, other, "st:candidate", f"wd:{candidate.qid}")
            self.add(graph, other, "rdfs:label", ox.Literal(_clean(candidate.label), language="en"))
            self.add(graph, other, "itsrdf:taConfidence", _decimal(candidate.score))
            undecided = link.status is LinkStatus.AMBIGUOUS
            self.add(graph, other, "st:linkStatus", "st:Ambiguous" if undecided else "st:Rejected")
            if undecided:
                self.add(graph, iri, "st:candidate", f"wd:{candidate.qid}")

    # --- the run

    def write_run(self) -> None:
        run, graph = self.run, self.minter.runs_graph
        software = self.minter.software(*run.parts)
        digest = run.digest or hashlib.sha256("\n".join(run.parts).encode()).hexdigest()
        name = f"stancekb {run.version}, {run.language_model}, {run.model}"
        self.add(graph, self.run_iri, "rdf:type", "st:ExtractionRun")
        self.add(graph, self.run_iri, "rdfs:label", ox.Literal(name, language="en"))
        self.add(graph, self.run_iri, "prov:wasAssociatedWith", software)
        self.add(graph, software, "rdf:type", "prov:SoftwareAgent")
        self.add(graph, software, "schema:name", ox.Literal("stancekb"))
        self.add(graph, software, "schema:softwareVersion", ox.Literal(run.version))
        self.add(graph, software, "st:modelDigest", ox.Literal(f"sha256:{digest}"))
        self.add(graph, self.calibration, "rdf:type", "prov:Entity")
        self.add(graph, self.calibration, "rdfs:comment", ox.Literal(run.calibration, language="en"))

    def words(self, text: str) -> ox.Literal:
        """A text in the article's language."""
        try:
            return ox.Literal(_clean(text), language=self.article.language or "en")
        except ValueError:  # no BCP 47 tag
            return ox.Literal(_clean(text), language="und")


@dataclass(frozen=True, slots=True)
class _Link:
    iri: str
    agent: str
    by: Agent

    @property
    def unnamed(self) -> bool:
        return self.by.kind in (AgentKind.UNNAMED, AgentKind.COMMENT)


def _object(value: str | ox.Literal) -> ox.NamedNode | ox.Literal:
    if isinstance(value, ox.Literal):
        return value
    return term(value) if value.partition(":")[0] in iris.PREFIXES else ox.NamedNode(value)


def _concept(value: str) -> str:
    """ "direct-quote" -> "st:DirectQuote"."""
    return "st:" + "".join(part.capitalize() for part in value.split("-"))


def _form(mention: Mention) -> str:
    return f"{_concept(mention.form)}Form"


def _clean(text: str) -> str:
    """Half a surrogate pair is no Unicode text; another sign takes its place, so that offsets stay."""
    return _SURROGATE.sub("\ufffd", text)


def _plain(text: str) -> ox.Literal:
    return ox.Literal(_clean(text))


def _decimal(value: float) -> ox.Literal:
    """At most 4 places and no idle zeros: the form that the store gives back."""
    digits = f"{value:.4f}".rstrip("0").rstrip(".")
    return ox.Literal("0" if digits == "-0" else digits, datatype=term("xsd:decimal"))


def _integer(value: int) -> ox.Literal:
    return ox.Literal(str(value), datatype=term("xsd:integer"))


def _boolean(value: bool) -> ox.Literal:
    return ox.Literal("true" if value else "false", datatype=term("xsd:boolean"))


def _dates(iso: str) -> tuple[ox.Literal, ox.Literal] | None:
    """An ISO date of any precision as a literal, and its first day; None where it is no date."""
    match = _ISO_DATE.fullmatch(iso.strip()[:10])
    if match is None:
        return None
    year, month, day = (int(part) if part else 0 for part in match.groups())
    try:
        first = date(year, month or 1, day or 1).isoformat()
    except ValueError:
        return None
    datatype, length = ("date", 10) if day else ("gYearMonth", 7) if month else ("gYear", 4)
    stated = ox.Literal(first[:length], datatype=term(f"xsd:{datatype}"))
    return stated, ox.Literal(first, datatype=term("xsd:date"))
