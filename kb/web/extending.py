"""Data extension of the reconciliation API 0.2: further columns for a table whose rows were matched with entities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kb.errors import UsageError
from kb.store.base import View
from kb.web.facts import PROPERTIES, read_values
from kb.web.gathering import Kind
from kb.web.reconciling import check_property, read_json, shown
from kb.web.tables import Tables

MOST = 1000  # rows of a request
#: Where values that are items of Wikidata can be reconciled further.
WIKIDATA = "https://wikidata.reconci.link/en/api"
_EXAMPLE = '{"ids": ["Q22316"], "properties": [{"id": "P27"}]}'


@dataclass(frozen=True, slots=True)
class Extension:
    """Which columns are wanted for which rows."""

    ids: tuple[str, ...]
    properties: tuple[str, ...]


def read_extension(text: str) -> Extension:
    """What a data extension query asks for.

    Raises:
        UsageError: it is no JSON, not of the form that the protocol has, or names a property that there is not.
    """
    given = read_json("extend", text)
    if not isinstance(given, dict) or not isinstance(given.get("ids"), list):
        raise UsageError(f"extend: {shown(given)} has no list of ids; send it as in {_EXAMPLE}")
    if not isinstance(given.get("properties"), list):
        raise UsageError(f"extend: {shown(given)} has no list of properties; send it as in {_EXAMPLE}")
    if len(given["ids"]) > MOST:
        raise UsageError(f"extend: {len(given['ids'])} ids are too many for one request; send {MOST} at the most")
    for one in given["ids"]:
        if not isinstance(one, str):
            raise UsageError(f"extend, ids: {shown(one)} is no text; send ids as /reconcile gives them")
    names = []
    for one in given["properties"]:
        if not isinstance(one, dict) or not isinstance(one.get("id"), str):
            raise UsageError(f'extend, properties: {shown(one)} is not like {{"id": "P27"}}')
        check_property("extend, properties", one["id"])
        names.append(one["id"])
    return Extension(tuple(dict.fromkeys(given["ids"])), tuple(dict.fromkeys(names)))


def extend(view: View, tables: Tables, wanted: Extension) -> dict[str, Any]:
    """The values for each row; an id that is not here, or no more, has none.

    Raises:
        StoreError: the store could not answer.
    """
    numbers = {one: tables.find(Kind.ENTITY, one) for one in wanted.ids}
    known = {number for number in numbers.values() if number is not None}
    values = read_values(view, tables, known, wanted.properties)
    nothing: dict[str, Any] = {name: [] for name in wanted.properties}
    rows = {one: nothing if number is None else values[number] for one, number in numbers.items()}
    meta: list[dict[str, Any]] = []
    for name in wanted.properties:
        column = {"id": name, "name": PROPERTIES[name].name}
        meta.append({**column, "service": WIKIDATA} if PROPERTIES[name].items else column)
    return {"meta": meta, "rows": rows}
