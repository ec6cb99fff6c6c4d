"""What flows through the pipeline: frozen values, no I/O.

    Article -> mentions (Mention, Entity) -> stances (Stance with its Voices) -> Extraction

All offsets count Unicode code points of `Article.text` as stored; spans are half-open `[start, end)`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Span(NamedTuple):
    """Half-open range of code points in an article's text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The words of the span in `text`."""
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        """Whether the two ranges share at least one code point."""
        return self.start < other.end and other.start < self.end


class BlockKind(StrEnum):
    """What a stretch of an article is. Only `body`, `headline`, `dek` and `comment` are read for stances."""

    HEADLINE = "headline"
    DEK = "dek"
    BYLINE = "byline"
    BODY = "body"
    CAPTION = "caption"
    SUBHEAD = "subhead"
    FOOTER = "footer"
    SHARE = "share"
    RELATED = "related"
    PINGBACK = "pingback"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph or line of an article. `label` names the commenter of a comment ("reader comment 5"), else ""."""

    span: Span
    kind: BlockKind
    label: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """One article as stored.

    `id` is the file's stem (or the JSONL record's id) and is unique in a run; `date` is ISO 8601 (YYYY, YYYY-MM or
    YYYY-MM-DD) or ""; `language` is a BCP 47 tag. `publisher` is who published this copy, `original_publisher` who
    published the text first where this copy republishes it, else "". `blocks` cover the text in order without overlap
    (white space between them may be left out).
    """

    id: str
    text: str
    source: str = ""
    title: str = ""
    authors: tuple[str, ...] = ()
    date: str = ""
    language: str = "en"
    publisher: str = ""
    original_publisher: str = ""
    url: str = ""
    blocks: tuple[Block, ...] = ()


class EntityType(StrEnum):
    """Coarse type of an entity, ours; `kb.rdf` maps it to schema.org classes."""

    PERSON = "person"
    ORGANISATION = "organisation"
    COUNTRY = "country"
    PLACE = "place"
    GROUP = "group"
    MEDIA = "media"
    EVENT = "event"
    WORK = "work"
    OTHER = "other"


class LinkStatus(StrEnum):
    """What the linker decided. Only `accepted` asserts a Wikidata item."""

    ACCEPTED = "accepted"
    AMBIGUOUS = "ambiguous"
    NIL = "nil"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One Wikidata item an entity might be. `score` is 0..1."""

    qid: str
    label: str
    score: float


@dataclass(frozen=True, slots=True)
class EntityLink:
    """The linker's decision on one entity of an article; `qid` is None unless `status` is accepted."""

    status: LinkStatus
    qid: str | None = None
    confidence: float = 0.0
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity of an article (all its mentions together).

    `key` is the local part of its IRI and the same in every article where the same thing is meant: see
    `kb.linking.linker.entity_key`.
    """

    key: str
    name: str
    type: EntityType
    link: EntityLink = EntityLink(LinkStatus.NIL)

    @property
    def qid(self) -> str | None:
        """The Wikidata item, where the link is accepted."""
        return self.link.qid


class MentionForm(StrEnum):
    """How the text refers to the entity."""

    NAME = "name"
    DEMONYM = "demonym"
    METONYM = "metonym"
    TITLE = "title"
    PRONOUN = "pronoun"


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where the text refers to an entity. `label` is the recogniser's label (PERSON, GPE, ...)."""

    span: Span
    text: str
    label: str
    form: MentionForm
    entity: Entity


class AgentKind(StrEnum):
    """Who can hold a stance or speak: an entity, the article's author, an unnamed source, a reader comment."""

    ENTITY = "entity"
    AUTHOR = "author"
    UNNAMED = "unnamed"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Agent:
    """A holder or a voice. `name` is the entity's or author's name, or the description of an unnamed source.

    `entity` is set where `kind` is entity (and for a named author who is an entity of the base).
    `affiliation` is the entity an unnamed source is said to belong to ("Iranian officials": Iran); it is a remark,
    never an identification.
    """

    name: str
    kind: AgentKind
    entity: Entity | None = None
    affiliation: Entity | None = None


class SpeechMode(StrEnum):
    """How a voice is relayed."""

    DIRECT_QUOTE = "direct-quote"
    MIXED_QUOTE = "mixed-quote"
    INDIRECT_SPEECH = "indirect-speech"
    PARAPHRASE = "paraphrase"
    HEARSAY = "hearsay"
    AUTHOR_VOICE = "author-voice"
    RELAYS_REPORT = "relays-report"


@dataclass(frozen=True, slots=True)
class Voice:
    """One link of the who-told-whom chain: who speaks at this link, how, and the cue words that say so."""

    agent: Agent
    mode: SpeechMode
    cue: Span | None = None
    inferred: bool = False


class Polarity(StrEnum):
    """Which way a stance points."""

    SUPPORT = "support"
    OPPOSE = "oppose"
    NEUTRAL = "neutral"
    MIXED = "mixed"


class StanceKind(StrEnum):
    """What sort of stance it is; the values are those of `st:KindScheme`."""

    POSITION = "position"
    EVALUATION = "evaluation"
    BELIEF = "belief"
    INTENTION = "intention"
    FEAR = "fear"


class Certainty(StrEnum):
    """How sure the SOURCE presents the stance (not how sure we are)."""

    CERTAIN = "certain"
    PROBABLE = "probable"
    POSSIBLE = "possible"
    UNSPECIFIED = "unspecified"


class DateBasis(StrEnum):
    """Where a stance's date comes from."""

    TEXT = "text"
    ARTICLE = "article"
    INFERRED = "inferred"


class TargetKind(StrEnum):
    """A target is an entity or a proposition; the two are never added up."""

    ENTITY = "entity"
    PROPOSITION = "proposition"


@dataclass(frozen=True, slots=True)
class Target:
    """What a stance is towards. For a proposition `name` is worded positively and `about` lists its entities."""

    kind: TargetKind
    name: str
    entity: Entity | None = None
    about: tuple[Entity, ...] = ()


@dataclass(frozen=True, slots=True)
class Stance:
    """HOLDER has POLARITY towards TARGET, as reported in one article.

    `chain` lists the voices between the article's author and the holder, outermost first; it leaves out the author and
    is empty where the article itself reports the holder's stance. The last voice is the one who speaks; it is the
    holder where the holder speaks for themselves. `date` is ISO 8601 (YYYY, YYYY-MM, YYYY-MM-DD) or "" if not known;
    `confidence` is our probability (0..1) that a careful reader would accept the stance. `negated` and `conditional`
    say how the text words it; `polarity` already takes negation into account.
    """

    holder: Agent
    target: Target
    polarity: Polarity
    kind: StanceKind
    certainty: Certainty
    evidence: Span
    confidence: float
    chain: tuple[Voice, ...] = ()
    cue: Span | None = None
    negated: bool = False
    conditional: bool = False
    date: str = ""
    date_basis: DateBasis = DateBasis.ARTICLE


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that was read from one article: what `kb.rdf` turns into quads.

    `author` is the article's own voice: kind author, with an entity where the byline names somebody.
    """

    article: Article
    author: Agent
    mentions: tuple[Mention, ...] = ()
    stances: tuple[Stance, ...] = ()
    publisher: Entity | None = None
    original_publisher: Entity | None = None

    @property
    def entities(self) -> tuple[Entity, ...]:
        """Every entity of the article once, in order of key."""
        found = {m.entity.key: m.entity for m in self.mentions}
        for known in (self.publisher, self.original_publisher):
            if known is not None:
                found.setdefault(known.key, known)
        for stance in self.stances:
            agents = (stance.holder, *(voice.agent for voice in stance.chain))
            named = [a.entity for a in agents] + [a.affiliation for a in agents]
            for entity in (*named, stance.target.entity, *stance.target.about, self.author.entity):
                if entity is not None:
                    found.setdefault(entity.key, entity)
        return tuple(found[key] for key in sorted(found))
