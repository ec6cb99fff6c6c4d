"""Linked data: what the base says of a thing as RDF, and the headers that lead from one form to the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import IO
from urllib.parse import quote

import pyoxigraph as ox
from fastapi import Response

from kb.iris import PREFIXES
from kb.serialization import jsonld_document, jsonld_pieces
from kb.settings import Settings
from kb.store.base import View
from kb.store.public import is_restricted
from kb.web import catalogue
from kb.web.filters import Filter
from kb.web.links import Links
from kb.web.negotiation import HTML, JSON, JSON_LD, N_TRIPLES, SHORT_NAMES, TURTLE
from kb.web.records import Records

#: The RDF forms of every document about a thing, and all its forms; JSON is what programs get that ask for nothing.
RDF_FORMS = (TURTLE, JSON_LD, N_TRIPLES)
FORMS = (JSON, HTML, *RDF_FORMS)
#: A graph is its own document, and RDF before all.
GRAPH_FORMS = (*RDF_FORMS, HTML)
_ENGINE = {TURTLE: ox.RdfFormat.TURTLE, N_TRIPLES: ox.RdfFormat.N_TRIPLES}
_CHARSET = {TURTLE: f"{TURTLE}; charset=utf-8"}
_IN_IRI = "%/:?#[]@!$&'()*+,;=~"


def exists(view: View, iri: str) -> bool:
    """Whether the base says anything of the thing. `iri` has been checked.

    Raises:
        StoreError: the store could not answer.
    """
    return bool(view.query(f"ASK {{ {ox.NamedNode(iri)} ?p ?o }}"))


def graph_exists(view: View, settings: Settings, graph: str) -> bool:
    """Whether there is a named graph of that IRI that may be shown; raises as `exists`.

    The public view has no restricted graphs; if it ever had one by mistake, it would still not be shown.
    """
    if settings.public and is_restricted(graph):
        return False
    return bool(view.query(f"ASK {{ GRAPH {ox.NamedNode(graph)} {{ ?s ?p ?o }} }}"))


def describe(view: View, links: Links, records: Records, iri: str, limit: int) -> list[ox.Triple]:
    """What the base says of a thing, each triple once; nothing where it says nothing.

    A stance comes with its evidence and its chain. An article comes with its graph. An entity, a proposition and a
    source come with stances that have to do with them, the latest first.

    Args:
        limit: how many stances at the most, of each sort.

    Raises:
        StoreError: the store could not answer.
    """
    kind, key = links.parts(iri)
    if kind == "stance":
        return catalogue.stance_triples(view, [iri])
    own = catalogue.triples(view, [iri])
    if not own:
        return []
    found: list[ox.Triple] = []
    if kind == "article":
        found = catalogue.graph_triples(view, f"{links.base}graph/article/{quote(key, safe='')}")
    stances: list[str] = []
    for wanted in _of_interest(kind, iri):
        stances += records.iris(records.select(wanted), limit)
    found += catalogue.stance_triples(view, stances) if stances else []
    return list(dict.fromkeys([*own, *found]))


def _of_interest(kind: str, iri: str) -> tuple[Filter, ...]:
    """Which stances belong to the description of a thing."""
    if kind == "entity":
        return Filter(holder=iri), Filter(target=iri), Filter(about=iri)
    if kind == "proposition":
        return (Filter(target=iri),)
    return (Filter(voice=iri),) if kind == "source" else ()


def answer(triples: Sequence[ox.Triple], media: str, headers: dict[str, str]) -> Response:
    """Triples in one of `RDF_FORMS`."""
    body = (
        jsonld_document(triples).encode()
        if media == JSON_LD
        else ox.serialize(triples, format=_ENGINE[media], prefixes=PREFIXES if media == TURTLE else None)
    )
    return Response(body, media_type=media_type(media), headers=headers)


def turtle(triples: Sequence[ox.Triple]) -> str:
    """Triples as Turtle for people: with the prefixes that it uses only."""
    lines = (ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=PREFIXES) or b"").decode().splitlines()
    body = "\n".join(line for line in lines if not line.startswith("@prefix"))
    declared = [line for line in lines if line.startswith("@prefix") and line.split()[1] in body]
    return "\n".join([*declared, "", body, ""])


def write_graph(view: View, graph: str, media: str, out: IO[bytes]) -> None:
    """The triples of a named graph in one of `RDF_FORMS`, as they come: a graph may be too large to be sorted."""
    triples = (quad.triple for quad in view.quads(graph))
    if media == JSON_LD:
        for piece in jsonld_pieces(list(group) for _, group in groupby(triples, key=lambda triple: triple.subject)):
            out.write(piece.encode())
    else:
        ox.serialize(triples, out, format=_ENGINE[media], prefixes=PREFIXES if media == TURTLE else None)


def media_type(media: str) -> str:
    """The value of Content-Type for a form."""
    return _CHARSET.get(media, media)


def headers(path: str, forms: Iterable[str] = FORMS, iri: str = "") -> dict[str, str]:
    """The headers of a document: it depends on Accept, has other forms, and describes a thing.

    Args:
        path: the document's address.
        iri: of the thing, "" for a document that is about itself.
    """
    found = [f'<{address}>; rel="alternate"; type="{media}"' for address, media in _alternates(path, forms)]
    return {"Vary": "Accept", "Link": ", ".join([*found, *([f'<{_ascii(iri)}>; rel="describes"'] if iri else [])])}


def see_other(path: str, query: str = "") -> dict[str, str]:
    """The headers of an answer that sends from a thing to the document about it.

    Args:
        path: the document's address.
        query: of the request, passed on.
    """
    found = [f'<{path}>; rel="describedby"']
    found += [f'<{address}>; rel="describedby"; type="{media}"' for address, media in _alternates(path, FORMS)]
    return {"Vary": "Accept", "Location": f"{path}?{query}" if query else path, "Link": ", ".join(found)}


def _alternates(path: str, forms: Iterable[str]) -> list[tuple[str, str]]:
    names = {media: name for name, media in reversed(SHORT_NAMES.items())}  # the first name of each
    return [(f"{path}?format={names[media]}", media) for media in forms]


def _ascii(iri: str) -> str:
    return quote(iri, safe=_IN_IRI)
