"""What pages of comparisons share: a request as pictures take it, the figures on a page, numbers with their stances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from fastapi import Request

from kb.store.base import View
from kb.web.asking import Asked
from kb.web.filters import Filter
from kb.web.labels import labels
from kb.web.links import Links
from kb.web.more import given
from kb.web.pictures.making import Making
from kb.web.pictures.picture import HERE, POLARITIES, Picture, stances
from kb.web.pictures.relating import party
from kb.web.pictures.relation import Relation
from kb.web.pictures.showing import shown, to_json, with_prefixes
from kb.web.rows import Row, read_rows
from kb.web.tables import Tables

__all__ = [
    "CARDS",
    "LISTED",
    "Making",
    "address",
    "as_json",
    "asked_of",
    "bar_lines",
    "cards",
    "figure",
    "forms",
    "lines",
    "make",
    "more_of",
    "named_rows",
    "numbers",
    "party",
    "query_page",
    "side_numbers",
    "with_prefixes",
]

LISTED = 300  # rows of a table on a page; the CSV has all
CARDS = 20  # on a page


def make(request: Request, view: View, links: Links, tables: Tables, asked: Asked) -> Making:
    """A request as pictures take it. A confidence of 0 at the least asks for nothing."""
    if asked.filter.min_confidence == 0:
        rest = {name: value for name, value in asked.given.items() if name != "min_confidence"}
        asked = Asked(replace(asked.filter, min_confidence=None), rest)
    return Making(view, links, tables, asked, dict(request.query_params))


def figure(kind: str, picture: Picture, making: Making, more: Mapping[str, str]) -> dict[str, Any]:
    """A picture as the templates' macro `figure` takes it."""
    return shown(kind, picture, {**making.asked.given, **more})


def as_json(picture: Picture | None) -> dict[str, Any] | None:
    """A picture's data for the JSON form of a page."""
    return to_json(picture) if picture is not None else None


def query_page(query: str) -> str:
    """Where the query can be run."""
    return f"/sparql?{urlencode({'query': with_prefixes(query)})}" if query else ""


def forms(request: Request) -> dict[str, str]:
    """The addresses of the CSV and the JSON form of a page."""
    pairs = [(name, value) for name, value in request.query_params.multi_items() if value and name != "format"]
    return {form: f"{request.url.path}?{urlencode([*pairs, ('format', form)])}" for form in ("csv", "json")}


def asked_of(request: Request, *names: str) -> dict[str, str]:
    """The parameters of a page as its form shows them."""
    return {name: request.query_params.get(name, "") for name in names}


def address(params: Mapping[str, str], **more: object) -> str:
    """The address of the stances behind a number; see `kb.web.pictures.picture.stances`."""
    return stances(params, **more).removeprefix(HERE)


def numbers(
    utterances: Mapping[str, int], copies: Mapping[str, int], params: Mapping[str, str], **more: object
) -> list[dict[str, Any]]:
    """Counts by polarity as the macro `numbers` takes them, each with the address of the stances behind it.

    Args:
        params, more: of /stances, see `address`.
    """
    return [
        {
            "way": way,
            "utterances": utterances[way],
            "stances": copies.get(way, utterances[way]),
            "address": address(params, **more, polarity=way),
        }
        for way in POLARITIES
        if utterances.get(way)
    ]


def lines(relations: Sequence[Relation], params: Mapping[str, str]) -> list[dict[str, Any]]:
    """Relations as rows of a table."""
    return [
        {
            "holder": relation.holder,
            "target": relation.target,
            "side": relation.side,
            "total": relation.total,
            "address": relation.address.removeprefix(HERE),
            "numbers": numbers(
                relation.utterances, relation.stances, params, holder=relation.holder.id, target=relation.target.id
            ),
        }
        for relation in relations[:LISTED]
    ]


def cards(making: Making, wanted: Filter, limit: int = CARDS) -> tuple[list[Row], int]:
    """The latest stances of a filter as rows, and how many there are."""
    mask = making.records.select(wanted)
    return read_rows(making.view, making.links, making.records.iris(mask, limit)), making.records.count(mask).stances


def more_of(request: Request, *names: str) -> dict[str, str]:
    """Those of the parameters of comparisons that are given."""
    return {name: value for name, value in given(request).items() if name in names}


def named_rows(making: Making, iris: Sequence[str]) -> dict[str, Row]:
    """What things are called, by IRI; those without an IRI are left out."""
    return labels(making.view, making.links, making.tables, [iri for iri in iris if iri])


def side_numbers(relation: Relation, params: Mapping[str, str]) -> list[dict[str, Any]]:
    """The counts of one relation, each with the address of the stances behind it."""
    ends = {"holder": relation.holder.id, "target": relation.target.id}
    return numbers(relation.utterances, relation.stances, params, **ends)


def bar_lines(picture: Picture | None, params: Mapping[str, str]) -> list[dict[str, Any]]:
    """The data of a picture of outlets as rows of a table, by outlet."""
    found: dict[str, dict[str, Any]] = {}
    for row in picture.rows if picture is not None else ():
        voice, iri, name, way, said, many = row
        line = found.setdefault(str(iri), {"name": name, "iri": iri, "author": [], "quoted": []})
        behind = address(params, origin=iri, telling=voice, polarity=way)
        line[str(voice)].append({"way": way, "utterances": said, "stances": many, "address": behind})
    return list(found.values())
