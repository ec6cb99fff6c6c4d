"""What `/openapi.json` says of the answers of searches, lists and reconciliation."""

from __future__ import annotations

from typing import Any

from fastapi import Response
from pydantic import BaseModel, Field, RootModel

from kb.web import openapi


class Found(BaseModel):
    """A thing that was found by a name."""

    name: str = Field(examples=["John Kerry"])
    matched: str = Field(description="the name by which it was found", examples=["Senator Kerry"])
    kind: str = Field(description="entity, source or proposition", examples=["entity"])
    id: str = Field(description="as the addresses of this service take it", examples=["Q22316"])
    iri: str
    page: str = Field(description="its address here", examples=["/entities/Q22316"])
    qid: str | None = Field(description="Wikidata item, null where it is not linked", examples=["Q22316"])
    types: list[str] = Field(examples=[["Person"]])
    description: str = Field(description="what tells it from others of the name", examples=["American politician"])
    stances: int = Field(description="held and towards it; of an outlet, utterances it was first to print")


class Completions(BaseModel):
    """What names may go on as."""

    q: str
    kind: str
    results: list[Found]


class Page(BaseModel):
    """A part of a list, and the addresses of the parts before and after."""

    total: int
    limit: int
    offset: int
    next: str | None = Field(examples=["/entities?q=ka&offset=20"])
    prev: str | None


class ListedEntity(BaseModel):
    """An entity as lists show it."""

    id: str = Field(examples=["Q22316"])
    iri: str = Field(examples=["https://w3id.org/stancekb/id/entity/Q22316"])
    page: str = Field(examples=["/entities/Q22316"])
    name: str = Field(examples=["John Kerry"])
    qid: str | None
    types: list[str] = Field(examples=[["Person"]])
    description: str
    aliases: list[str] = Field(description="further names, in all languages")
    stances_held: int
    stances_towards: int
    score: float | None = Field(None, description="with fuzzy: how like the name is, 0 to 100")
    matched: str | None = Field(None, description="with fuzzy: the name that is like it")


class Entities(Page):
    """Entities by name."""

    q: str
    entities: list[ListedEntity]


class Reference(BaseModel):
    """A thing: what it is called and where it is."""

    name: str
    id: str
    iri: str
    page: str
    qid: str | None


class ListedOutlet(Reference):
    """An outlet with how many articles of it there are and how many utterances it was the first to print."""

    articles: int
    utterances: int


class Outlets(Page):
    """Outlets, the one with the most utterances first."""

    q: str
    sources: list[ListedOutlet]


class ListedProposition(BaseModel):
    """Something people are for or against, as lists show it."""

    id: str
    iri: str
    page: str
    name: str = Field(examples=["The harbour bridge should be built"])
    about: list[Reference]
    stances_towards: int


class Propositions(Page):
    """Propositions by wording."""

    q: str
    propositions: list[ListedProposition]


class Manifest(BaseModel):
    """What a reconciliation service is and can do (Reconciliation Service API 0.2)."""

    versions: list[str] = Field(examples=[["0.2"]])
    name: str
    identifierSpace: str  # noqa: N815 - as the protocol spells it
    schemaSpace: str  # noqa: N815


class Candidate(BaseModel):
    """An entity that a row of a table may mean."""

    id: str = Field(examples=["Q22316"])
    name: str = Field(examples=["John Kerry"])
    score: float = Field(description="0 to 100", examples=[100.0])
    match: bool = Field(description="nothing else comes near")
    type: list[dict[str, str]]
    description: str | None = None
    features: list[dict[str, Any]]


class Candidates(RootModel[dict[str, dict[str, list[Candidate]]]]):
    """By the key of each query its `result`."""


class Columns(BaseModel):
    """Values of properties."""

    meta: list[dict[str, Any]]
    rows: dict[str, dict[str, list[dict[str, Any]]]]


class Proposal(BaseModel):
    """Properties to extend with."""

    properties: list[dict[str, str]]
    type: str
    limit: int | None = None


class Reconciliation(RootModel[Manifest | Columns | Candidates]):
    """The manifest, or what was asked for."""


class Suggestions(BaseModel):
    """What was typed may go on as these."""

    result: list[dict[str, Any]]


#: The parameter by which a list is asked for as a page or as JSON, whatever the Accept header says.
FORMAT = {
    "parameters": [
        {
            "name": "format",
            "in": "query",
            "required": False,
            "description": "the form of the answer, in place of the Accept header",
            "schema": {"type": "string", "enum": ["json", "html"], "examples": ["json"]},
        }
    ]
}


def answers(model: type[BaseModel] | None, *problems: int, html: bool = False) -> dict[str, Any]:
    """Arguments for a route's decorator.

    Args:
        model: what the JSON answer looks like; None where there is no JSON.
        problems: status codes of the errors it can answer with, besides 503.
        html: whether it can be had as a page.
    """
    headers = openapi.headers("X-Request-ID", "ETag", "Link")
    whole: dict[str, Any] = {"description": "The answer.", "headers": headers, **({"model": model} if model else {})}
    if html:
        whole["content"] = {"text/html": {"schema": {"type": "string"}}}
    unchanged = {"description": "The client has this answer.", "headers": openapi.headers("X-Request-ID", "ETag")}
    responses: dict[int | str, dict[str, Any]] = {200: whole, 304: unchanged}
    responses |= {status: openapi.problem(status) for status in (*problems, 503)}
    return {"responses": responses, **({"response_class": Response} if model is None else {})}
