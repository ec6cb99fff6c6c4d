"""The shapes of JSON answers, for `/openapi.json`. The answers are built in `rows` and `catalogue`; a test compares."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

QID = Field(description="Wikidata item, null where it is not linked", examples=["Q22316", None])
Counts = dict[str, int]


class Named(BaseModel):
    """A thing: what it is called and where it is."""

    name: str = Field(examples=["John Kerry"])
    id: str = Field(
        description="last part of the IRI, as the addresses of this service take it", examples=["john-kerry"]
    )
    iri: str = Field(examples=["https://w3id.org/stancekb/id/entity/john-kerry"])
    page: str = Field(description="its address here, empty where it has none", examples=["/entities/john-kerry"])
    qid: str | None = QID


class Agent(Named):
    """A holder or a voice."""

    kind: Literal["entity", "author", "unnamed", "comment", "outlet"] = Field(
        description="an unnamed source is somebody of its one article and nobody else"
    )
    affiliation: Named | None = Field(None, description="whom an unnamed source is said to belong to")


class Target(Named):
    """What a stance is towards."""

    kind: Literal["entity", "proposition"] = Field(description="the two are never to be added up")
    about: list[Named] = Field(description="the entities that a proposition is about")


class Passage(BaseModel):
    """Words of an article's text."""

    start: int | None = Field(description="offset of the first character, in Unicode code points", examples=[120])
    end: int | None = Field(description="offset behind the last one", examples=[180])
    exact: str = Field(description="the words")
    prefix: str
    suffix: str


class ArticleReference(BaseModel):
    """An article as lists show it."""

    title: str
    id: str = Field(examples=["ledger-2016-02-13-munich"])
    iri: str
    page: str
    url: str = Field(description="where it was published, empty where that is not known")
    date: str = Field(description="ISO 8601, as exactly as it is known", examples=["2016-02-13"])
    language: str = Field(examples=["en"])
    authors: list[Named]
    publisher: Named | None
    original_publisher: Named | None = Field(description="who published it first, where this is a republication")


class Voice(BaseModel):
    """One link of the chain of who told whom."""

    agent: Agent | None
    mode: str = Field(examples=["direct-quote"])
    inferred: bool


class Stance(BaseModel):
    """One stance with its receipt."""

    id: str
    iri: str
    page: str
    holder: Agent | None
    target: Target | None
    polarity: str = Field(description="support, oppose, neutral or mixed", examples=["oppose"])
    kind: str = Field(examples=["position"])
    certainty: str = Field(description="how sure the source presents it", examples=["certain"])
    confidence: float | None = Field(description="our probability that a careful reader accepts it", ge=0, le=1)
    date: str = Field(description="when it was stated, as exactly as the text says", examples=["2016-02"])
    date_basis: str = Field(examples=["article-date"])
    status: str = Field(description="extracted, confirmed, disputed, retracted or superseded", examples=["extracted"])
    utterance: str | None = Field(description="IRI of what was said once; count these, not stances")
    voice: Agent | None = Field(description="who speaks")
    chain: list[Voice] = Field(description="from the outermost voice to the one who speaks; without the author")
    author: Agent | None
    evidence: Passage
    cue: Passage | None
    article: ArticleReference


class Group(BaseModel):
    """Stances that one outlet was the first to print."""

    source: Named | None
    counts: Counts = Field(description="utterances by polarity, those not listed too", examples=[{"oppose": 3}])
    stances: list[Stance]


class Section(BaseModel):
    """Stances of one sort."""

    total: int
    shown: int
    utterances: Counts
    by_source: list[Group]


class LinkDecision(BaseModel):
    """What the linker decided, in how many articles."""

    status: str = Field(examples=["accepted"])
    articles: int
    confidence: list[float] = Field(description="the lowest and the highest")
    candidates: list[str] = Field(description="items it may be, where that is open")


class Entity(Named):
    """An entity: what it holds, what others hold towards it and towards propositions about it, never added up."""

    types: list[str]
    description: str
    aliases: list[str]
    links: list[LinkDecision]
    holds: Section
    towards: Section
    about: Section


class Proposition(Named):
    """Something people are for or against."""

    about: list[Named]
    towards: Section


class Article(ArticleReference):
    """An article and its stances in the order of its text, which is not published."""

    types: list[str]
    text_sha256: str = Field(description="of the text that offsets count in")
    based_on: list[ArticleReference]
    total: int
    stances: list[Stance]


class Source(Agent):
    """An outlet, or an unnamed source."""

    total: int
    utterances: Counts
    articles: list[ArticleReference]
    stances: list[Stance]


class Outlet(Named):
    """An outlet with how many articles of it there are and how many utterances it was the first to print."""

    articles: int
    utterances: int


class StanceList(BaseModel):
    """Stances, latest first, and the addresses of the pages before and after."""

    total: int
    utterances: int = Field(description="how many were said; what was printed again counts once")
    limit: int
    offset: int
    next: str | None
    prev: str | None
    previous: str | None
    stances: list[Stance]


class ArticleList(BaseModel):
    """Articles, latest first."""

    total: int
    limit: int
    offset: int
    articles: list[ArticleReference]


class Property(BaseModel):
    """One statement of a node."""

    predicate: str
    value: str


class Node(BaseModel):
    """All statements of a node that has no shape of its own."""

    iri: str
    kind: str = Field(examples=["mention"])
    properties: list[Property]


class Parameter(BaseModel):
    """A parameter of a question."""

    name: str
    type: str
    meaning: str
    required: bool
    default: str | None


class Question(BaseModel):
    """A question that can be asked by address."""

    name: str
    title: str
    question: str
    topic: str
    page: str
    parameters: list[Parameter]


class QuestionList(BaseModel):
    """All questions."""

    queries: list[Question]


class QuestionAnswer(Question):
    """A question and its answer."""

    asked: dict[str, str]
    columns: list[str]
    rows: list[dict[str, str | float | bool | None]]


class QuestionReference(BaseModel):
    """A question as the start page shows it."""

    name: str
    title: str
    page: str


class Start(BaseModel):
    """What there is and where."""

    totals: Counts
    articles: list[ArticleReference]
    questions: list[QuestionReference]
    addresses: list[str]


class Picture(BaseModel):
    """A picture without the drawing: what it shows in words, its data, and the query with the same answer."""

    title: str
    text: str
    columns: list[str]
    rows: list[dict[str, str | int | float | None]]
    query: str


class Health(BaseModel):
    """The process lives."""

    status: Literal["ok"]
    version: str
    mode: Literal["public", "private"]
    note: str = Field(description="what the mode means for what is served")


class Readiness(BaseModel):
    """The base can be read and the names are there."""

    status: Literal["ready"]
    entities: int
    version: str = Field(description="of the content, empty where the store has none")
    age_seconds: float | None = Field(description="since the served copy of the base was made")


class Problem(BaseModel):
    """An error (RFC 9457): what is wrong, with which value, and what to do next."""

    status: int = Field(examples=[404])
    title: str = Field(examples=["Not Found"])
    detail: str
    next: str = Field(description="what to do")
    request_id: str = Field(description="the X-Request-ID of this answer; the log of the service has it too")


class Prefix(BaseModel):
    """A prefix and what it stands for."""

    name: str
    iri: str


class Term(BaseModel):
    """A class, a property, a value or a datatype, by its prefixed name."""

    name: str
    kind: str
    label: str
    definition: str


class Terms(BaseModel):
    """What a query can be written with."""

    prefixes: list[Prefix]
    terms: list[Term]
    keywords: list[str]
    functions: list[str]


class QueryExample(BaseModel):
    """A question as a query that can be run as it stands."""

    name: str
    title: str
    question: str
    query: str
