"""What `/openapi.json` says of a route beyond its parameters: every answer it can give, in every form."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Response
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from kb.web import comparison_schemas, schemas
from kb.web.negotiation import HTML, JSON, SHORT_NAMES
from kb.web.problems import PROBLEM

_REFERENCE = "#/components/schemas/"
_MEANING = {
    200: "The answer, in the form that was asked for.",
    303: "The thing is described at the address in `Location`.",
    304: "Nothing has changed since the answer with the ETag that `If-None-Match` names.",
    400: "The request cannot be understood; `detail` says where.",
    404: "There is no such thing here.",
    406: "None of the forms asked for can be had.",
    413: "The request's body is too long.",
    415: "The request's body is of a type that cannot be read.",
    429: "Too many requests; `Retry-After` says when to come back.",
    503: "The base cannot be read at the moment.",
}
_HEADERS = {
    "X-Request-ID": ("The request's id: the client's own, or one made here.", "3f1c0a5d9e7b2468"),
    "ETag": ("Stands for this form of the answer in this version of the base.", '"0f3a9c5e1b7d2846af90c3e1"'),
    "Link": ("Other forms (`alternate`) and what the document describes (`describes`).", "</docs>; rel=help"),
}


def documented(
    model: type[BaseModel] | None, forms: Sequence[str], problems: Sequence[int] = (), see_other: bool = False
) -> dict[str, Any]:
    """Arguments for a route's decorator.

    Args:
        model: what the JSON form looks like; None where there is no JSON form or it may be anything.
        forms: media types of the answer, that of choice first; several can be chosen by `?format=`.
        problems: status codes of the errors it can answer with, besides 503.
        see_other: the route answers 303 and no document.
    """
    responses: dict[int | str, dict[str, Any]] = {}
    if see_other:
        responses[303] = {"description": _MEANING[303], "headers": headers("X-Request-ID", "Link")}
    else:
        content = {media: {"schema": _schema(media, model)} for media in forms}
        responses[200] = {
            "description": _MEANING[200],
            "content": content,
            "headers": headers("X-Request-ID", "ETag", "Link"),
        }
        responses[304] = {"description": _MEANING[304], "headers": headers("X-Request-ID", "ETag")}
    for status in (*problems, 503):
        responses[status] = problem(status)
    extra = {"parameters": [_format_parameter(forms)]} if len(forms) > 1 else {}
    return {"response_class": Response, "responses": responses, "openapi_extra": extra}


def problem(status: int) -> dict[str, Any]:
    """An error as an answer of a route; a browser gets it as a page."""
    content = {PROBLEM: {"schema": {"$ref": f"{_REFERENCE}Problem"}}, HTML: {"schema": {"type": "string"}}}
    meaning = _MEANING.get(status, HTTPStatus(status).phrase)
    return {"description": meaning, "content": content, "headers": headers("X-Request-ID")}


def describe(app: FastAPI) -> dict[str, Any]:
    """The whole description; made once."""
    if app.openapi_schema is None:
        made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        components = made.setdefault("components", {}).setdefault("schemas", {})
        for name in ("HTTPValidationError", "ValidationError"):
            components.pop(name, None)
        for methods in made["paths"].values():
            for operation in methods.values():
                operation["responses"].pop("422", None)  # the framework's; ours is 400
        models = [value for part in (schemas, comparison_schemas) for value in vars(part).values() if _is_model(value)]
        _, definitions = models_json_schema(
            [(model, "serialization") for model in models], ref_template=_REFERENCE + "{model}"
        )
        components.update(definitions["$defs"])
        app.openapi_schema = made
    return app.openapi_schema


def _is_model(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, BaseModel) and value is not BaseModel


def _schema(media: str, model: type[BaseModel] | None) -> dict[str, Any]:
    if media == JSON:
        return {"$ref": f"{_REFERENCE}{model.__name__}"} if model else {"type": "object"}
    return {"type": "string"} if media.startswith("text/") else {}


def _format_parameter(forms: Sequence[str]) -> dict[str, Any]:
    names = [name for name, media in SHORT_NAMES.items() if media in forms]
    return {
        "name": "format",
        "in": "query",
        "required": False,
        "description": "the form of the answer, in place of the Accept header",
        "schema": {"type": "string", "enum": names, "examples": names[:1]},
    }


def headers(*names: str) -> dict[str, Any]:
    """Headers of an answer, by name."""
    return {
        name: {"description": _HEADERS[name][0], "schema": {"type": "string", "examples": [_HEADERS[name][1]]}}
        for name in names
    }
