"""The parameters that lists of stances and pictures of them have in common: what a request gives, as a filter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends, Query, Request

from kb.errors import UsageError
from kb.store.base import View
from kb.web import catalogue
from kb.web.dependencies import IndexOf, LinksOf, ViewOf
from kb.web.filters import Filter
from kb.web.gathering import Kind
from kb.web.links import Links
from kb.web.naming import ENTITY, HOLDER, SOURCE, TARGET, iri_of
from kb.web.problems import not_found
from kb.web.tables import Tables

#: The names of the parameters, as requests give them.
NAMES = (
    *("holder", "target", "about", "polarity", "source", "origin", "article", "voice", "speaker", "kind", "certainty"),
    *("from", "to", "min_confidence", "below", "telling", "unnamed", "target_kind"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which stances a request is about.

    Attributes:
        filter: the same with IRIs in place of names.
        given: the parameters that are not empty, as the request has them.
    """

    filter: Filter
    given: dict[str, str]


def read_filter(
    request: Request,
    view: ViewOf,
    links: LinksOf,
    index: IndexOf,
    holder: Annotated[
        str, Query(description="whose stances: name, key, QID or IRI; or the IRI of any agent", examples=["Q22316"])
    ] = "",
    target: Annotated[
        str,
        Query(description="towards what: name, key, QID or IRI; or wording or key of a proposition", examples=["Q159"]),
    ] = "",
    about: Annotated[
        str, Query(description="towards propositions about this entity: name, key, QID or IRI", examples=["Q159"])
    ] = "",
    polarity: Annotated[str, Query(description="support, oppose, neutral or mixed", examples=["oppose"])] = "",
    source: Annotated[
        str,
        Query(
            description="outlet of the copy or of the original: name, key, QID or IRI; or key of an unnamed source",
            examples=["The Potomac Ledger"],
        ),
    ] = "",
    origin: Annotated[
        str, Query(description="outlet that had it first: name, key, QID or IRI", examples=["The Potomac Ledger"])
    ] = "",
    article: Annotated[str, Query(description="slug or IRI of an article", examples=["ledger-2016-02-13-munich"])] = "",
    voice: Annotated[
        str, Query(description="somebody in the chain of who told whom: name, key, QID or IRI", examples=["Q22316"])
    ] = "",
    speaker: Annotated[str, Query(description="who speaks: name, key, QID or IRI", examples=["Q22316"])] = "",
    kind: Annotated[
        str, Query(description="position, evaluation, belief, intention or fear", examples=["position"])
    ] = "",
    certainty: Annotated[
        str, Query(description="certain, probable, possible or unspecified", examples=["certain"])
    ] = "",
    since: Annotated[
        str,
        Query(alias="from", description="stated on or after: YYYY, YYYY-MM or YYYY-MM-DD", examples=["2016-02"]),
    ] = "",
    until: Annotated[
        str, Query(alias="to", description="stated on or before: YYYY, YYYY-MM or YYYY-MM-DD", examples=["2016-12-31"])
    ] = "",
    min_confidence: Annotated[
        float | None, Query(ge=0, le=1, description="our confidence at the least, 0 to 1", examples=[0.8])
    ] = None,
    below: Annotated[
        float | None, Query(ge=0, le=2, description="our confidence less than this", examples=[0.9])
    ] = None,
    telling: Annotated[
        Literal["", "author", "quoted"],
        Query(description="in the author's own words, or in somebody's who is quoted", examples=["quoted"]),
    ] = "",
    unnamed: Annotated[
        Literal["", "true", "false"],
        Query(description="true: by way of somebody who is not named", examples=["true"]),
    ] = "",
    target_kind: Annotated[
        Literal["", "entity", "proposition"],
        Query(description="towards entities only, or propositions only", examples=["entity"]),
    ] = "",
) -> Asked:
    """The filter that the parameters of a request mean.

    Raises:
        UsageError: a value cannot be used, or several things have the name.
        ProblemError: nothing has the name.
    """
    tables = index.tables
    printed = iri_of(tables, "source", source, SOURCE)
    of_source = links.parts(printed)[0] == "source"
    if of_source and voice:
        raise UsageError("source: it is somebody not named, who is in the chain like the voice; give one of the two")
    wanted = Filter(
        holder=iri_of(tables, "holder", holder, HOLDER),
        target=_target(view, tables, links, target),
        about=iri_of(tables, "about", about, ENTITY),
        source="" if of_source else printed,
        origin=iri_of(tables, "origin", origin, SOURCE),
        voice=printed if of_source else iri_of(tables, "voice", voice, HOLDER),
        speaker=iri_of(tables, "speaker", speaker, HOLDER),
        article=_article(view, links, article),
        polarity=polarity,
        kind=kind,
        certainty=certainty,
        since=since,
        until=until,
        min_confidence=min_confidence,
        below=below,
        telling=telling,
        unnamed=None if unnamed == "" else unnamed == "true",
        target_kind=target_kind,
    )
    given = {name: value for name in NAMES if (value := request.query_params.get(name, ""))}
    return Asked(wanted.checked(), given)


FilterOf = Annotated[Asked, Depends(read_filter)]


def _target(view: View, tables: Tables, links: Links, text: str) -> str:
    proposition = links.iri("proposition", text)
    if text and tables.find(Kind.PROPOSITION, text) is None and catalogue.read_node(view, proposition) is not None:
        return proposition  # one without a wording
    return iri_of(tables, "target", text, TARGET)


def _article(view: View, links: Links, text: str) -> str:
    iri = text if not text or "://" in text else links.iri("article", text)
    if iri and catalogue.read_node(view, iri) is None:
        raise not_found("article (parameter article)", text, "List articles with /articles, and use the 'id' it gives.")
    return iri
