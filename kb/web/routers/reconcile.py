"""`/reconcile`: the Reconciliation Service API 0.2, by which OpenRefine matches the rows of a table with entities."""

from __future__ import annotations

import base64
import hashlib
from typing import Annotated, Any
from urllib.parse import parse_qs

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

import kb
from kb.errors import UsageError
from kb.store.base import View
from kb.web.dependencies import IndexOf, LinksOf, ViewOf
from kb.web.extending import extend, read_extension
from kb.web.facts import PROPERTIES, read_values
from kb.web.folding import fold
from kb.web.gathering import Kind
from kb.web.links import Links
from kb.web.name_schemas import Columns, Proposal, Reconciliation, Suggestions, answers
from kb.web.pages import render
from kb.web.problems import ProblemError, not_found
from kb.web.reconciling import BATCH, answer, properties_of, read_queries
from kb.web.tables import Tables

router = APIRouter(prefix="/reconcile", tags=["Reconciliation"])

_LONGEST = 1_000_000  # bytes of a request's body
_AT_ONCE = 2  # batches that are worked on at the same time; each has the length of some hundred searches
_SHOWN = 10  # suggestions
_limits: dict[str, CapacityLimiter] = {}

Prefix = Annotated[str, Query(max_length=200, description="what was typed so far", examples=["ker"])]
Cursor = Annotated[int, Query(ge=0, le=1000, description="how many suggestions to skip", examples=[0])]

_STYLE = """body{font:14px/1.4 system-ui,sans-serif;margin:8px;color:#1a1a1a;background:#fff}
h1{font-size:16px;margin:0 0 4px}p{margin:0 0 4px}.quiet{color:#555}"""
_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
#: A preview is shown in a frame of another site's page; it can do nothing there.
_FRAMED = f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'none'; frame-ancestors *"
_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "queries": {
                            "type": "string",
                            "description": "JSON: names to look for, each under a key of its own",
                            "examples": ['{"q0": {"query": "John Kerry", "type": "Person"}}'],
                        },
                        "extend": {
                            "type": "string",
                            "description": "JSON: ids and the properties wanted of them",
                            "examples": ['{"ids": ["Q22316"], "properties": [{"id": "stances_held"}]}'],
                        },
                    },
                }
            }
        },
    }
}


@router.get("", summary="What the service can do, or candidates for names", **answers(Reconciliation, 400))
async def get_service(
    request: Request,
    view: ViewOf,
    links: LinksOf,
    index: IndexOf,
    queries: Annotated[
        str | None, Query(description="JSON, as in POST", examples=['{"q0": {"query": "John Kerry"}}'])
    ] = None,
    extend: Annotated[
        str | None,
        Query(description="JSON, as in POST", examples=['{"ids": ["Q22316"], "properties": [{"id": "qid"}]}']),
    ] = None,
) -> Response:
    """Without parameters the manifest, which a program such as OpenRefine reads first. Give OpenRefine this address."""
    if queries is None and extend is None:
        return JSONResponse(_manifest(links, index.tables, str(request.base_url).rstrip("/")))
    return await _respond(view, index.tables, queries, extend)


@router.post("", summary="Candidates for names", openapi_extra=_FORM, **answers(Reconciliation, 400, 413, 415))
async def post_queries(request: Request, view: ViewOf, index: IndexOf) -> Response:
    """For each name the entities that it may mean, best first, with a score of 0 to 100.

    `match` is true only for the one entity of exactly that name or id. With `extend` further columns."""
    form = await _form(request)
    if form.keys().isdisjoint({"queries", "extend"}):
        raise UsageError("the form has neither 'queries' nor 'extend'; send one of them, as /docs shows")
    return await _respond(view, index.tables, form.get("queries"), form.get("extend"))


@router.post("/extend", summary="Further columns", openapi_extra=_FORM, **answers(Columns, 400, 413, 415))
async def post_extension(request: Request, view: ViewOf, index: IndexOf) -> Response:
    """Values of properties for entities by id. An id that is not known has no values."""
    form = await _form(request)
    if "extend" not in form:
        raise UsageError("the form has no 'extend'; send ids and properties in it, as /docs shows")
    return await _respond(view, index.tables, None, form["extend"])


@router.get("/extend", summary="Properties to extend with", **answers(Proposal, 400))
def propose_properties(
    index: IndexOf,
    type: Annotated[str, Query(max_length=200, description="type of the rows' entities", examples=["Person"])] = "",
    limit: Annotated[int | None, Query(ge=1, description="how many at the most", examples=[10])] = None,
) -> JSONResponse:
    """What can be asked of entities of a type."""
    index.tables[Kind.ENTITY].only(type)
    found: dict[str, Any] = {"properties": properties_of(type, limit), "type": type}
    return JSONResponse(found if limit is None else {**found, "limit": limit})


@router.get("/suggest/entity", summary="Suggest entities", **answers(Suggestions, 400))
def suggest_entities(index: IndexOf, prefix: Prefix = "", cursor: Cursor = 0) -> JSONResponse:
    """By the beginning of a name or of a word in it; by id or QID; by a like name where there is no other."""
    tables = index.tables
    things = tables[Kind.ENTITY]
    numbers = [hit.number for hit in things.complete(prefix, cursor + _SHOWN)]
    known = tables.find(Kind.ENTITY, prefix.strip()) if prefix.strip() else None
    if known is not None:
        numbers = [known, *(number for number in numbers if number != known)]
    elif not prefix.strip():
        numbers, _ = things.search("", cursor + _SHOWN)
    elif not numbers:
        numbers = [hit.number for hit in things.alike(prefix, cursor + _SHOWN)[0]]
    rows = [tables.row(Kind.ENTITY, number) for number in numbers[cursor : cursor + _SHOWN]]
    found = [{name: row[name] for name in ("id", "name", "description")} | {"notable": row["types"]} for row in rows]
    return JSONResponse({"result": found})


@router.get("/suggest/type", summary="Suggest types", **answers(Suggestions, 400))
def suggest_types(index: IndexOf, prefix: Prefix = "", cursor: Cursor = 0) -> JSONResponse:
    """Those that entities here have, the most frequent first."""
    types = index.tables[Kind.ENTITY].types
    found = [
        {"id": name, "name": name, "description": f"{number} entities"}
        for name, number in types.items()
        if fold(name).startswith(fold(prefix))
    ]
    return JSONResponse({"result": found[cursor : cursor + _SHOWN]})


@router.get("/suggest/property", summary="Suggest properties", **answers(Suggestions, 400))
def suggest_properties(prefix: Prefix = "", cursor: Cursor = 0) -> JSONResponse:
    """By the beginning of the id, of the name or of a word in it."""
    wanted = fold(prefix)
    found = [
        row for row in properties_of("") if any(f" {fold(row[k])}".find(f" {wanted}") >= 0 for k in ("id", "name"))
    ]
    return JSONResponse({"result": found[cursor : cursor + _SHOWN]})


@router.get(
    "/preview",
    summary="A small page about an entity",
    **answers(None, 400, 404, html=True),
)
def get_preview(
    request: Request,
    view: ViewOf,
    index: IndexOf,
    id: Annotated[str, Query(max_length=500, description="id of a candidate", examples=["Q22316"])],
) -> Response:
    """To be shown in a frame while somebody chooses among candidates."""
    tables = index.tables
    number = tables.find(Kind.ENTITY, id)
    if number is None:
        raise not_found("entity", id, "Use the id of a candidate that /reconcile gave.")
    row = tables.row(Kind.ENTITY, number)
    wanted = ("P39", "P106", "P102", "P27", "P17")
    facts = read_values(view, tables, [number], wanted)[number]
    said = [(PROPERTIES[name].name, [str(value["name"]) for value in facts[name]][:3]) for name in wanted]
    context = {
        "entity": row,
        "facts": [(name, values) for name, values in said if values],
        "address": str(request.base_url).rstrip("/") + row["page"],
        "style": _STYLE,
    }
    return render(request, "preview.html", context, headers={"Content-Security-Policy": _FRAMED})


def _manifest(links: Links, tables: Tables, service: str) -> dict[str, Any]:
    def suggest(kind: str) -> dict[str, str]:
        return {"service_url": service, "service_path": f"/reconcile/suggest/{kind}"}

    return {
        "versions": ["0.2"],
        "name": "stancekb: people, countries and bodies that news articles report stances of",
        "identifierSpace": f"{links.base}id/entity/",
        "schemaSpace": "http://schema.org/Thing",
        "serviceVersion": kb.__version__,
        "documentation": f"{service}/docs",
        "logo": f"{service}/static/icon.svg",
        "defaultTypes": [{"id": name, "name": name} for name in tables[Kind.ENTITY].types],
        "view": {"url": f"{service}/entities/{{{{id}}}}"},
        "preview": {"url": f"{service}/reconcile/preview?id={{{{id}}}}", "width": 400, "height": 160},
        "suggest": {kind: suggest(kind) for kind in ("entity", "type", "property")},
        "extend": {"propose_properties": {"service_url": service, "service_path": "/reconcile/extend"}},
        "batchSize": BATCH,
    }


async def _respond(view: View, tables: Tables, queries: str | None, extension: str | None) -> Response:
    if queries is not None:
        text, work = queries, _answer_queries
    else:
        text, work = extension or "", _answer_extension
    limiter = _limits.setdefault("batches", CapacityLimiter(_AT_ONCE))
    return JSONResponse(await to_thread.run_sync(work, view, tables, text, limiter=limiter))


def _answer_queries(view: View, tables: Tables, text: str) -> dict[str, Any]:
    return answer(view, tables, read_queries(text, tables))


def _answer_extension(view: View, tables: Tables, text: str) -> dict[str, Any]:
    return extend(view, tables, read_extension(text))


async def _form(request: Request) -> dict[str, str]:
    """The fields of the request's form; of several by one name the first."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != "application/x-www-form-urlencoded":
        raise ProblemError(
            415,
            f"Queries cannot be read from a body of type {media or 'none'!r}.",
            "Send application/x-www-form-urlencoded with queries= or extend=.",
            {"Accept-Post": "application/x-www-form-urlencoded"},
        )
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > _LONGEST:
            raise ProblemError(413, f"The request's body is longer than {_LONGEST} bytes.", "Send smaller batches.")
        parts.append(part)
    try:
        fields = parse_qs(b"".join(parts).decode(), keep_blank_values=True, errors="strict", max_num_fields=20)
    except (UnicodeError, ValueError) as error:
        raise UsageError(f"the form cannot be read ({error}); encode its fields as UTF-8 and percent signs") from None
    return {name: values[0] for name, values in fields.items()}
