"""`/ns`: the vocabulary, whose terms are fragments of it; `/context.jsonld`: its names in JSON-LD."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from kb.web import linked_data, vocabulary
from kb.web.linked_data import GRAPH_FORMS
from kb.web.negotiation import HTML, JSON_LD, choose_form
from kb.web.openapi import documented
from kb.web.pages import render
from kb.web.problems import not_found

router = APIRouter(tags=["Vocabulary"])


@router.get("/ns", summary="The vocabulary", **documented(None, GRAPH_FORMS, [406]))
def get_vocabulary(request: Request) -> Response:
    """Classes, properties and values, each with its definition. A term is a fragment of this document (#Stance)."""
    form = choose_form(request, GRAPH_FORMS)
    headers = linked_data.headers("/ns", GRAPH_FORMS, vocabulary.ONTOLOGY)
    if form == HTML:
        context = {"terms": vocabulary.terms(), "iri": vocabulary.ONTOLOGY, "version": vocabulary.version()}
        return render(request, "vocabulary.html", context, headers=headers)
    return linked_data.answer(vocabulary.triples(), form, headers)


@router.get("/ns/{version}", summary="One version of the vocabulary", **documented(None, GRAPH_FORMS, [404, 406]))
def get_version(
    request: Request, version: Annotated[str, Path(description="version of the vocabulary", examples=["0.1.0"])]
) -> Response:
    """Only the version that this service uses is here."""
    if version != vocabulary.version():
        raise not_found("version of the vocabulary", version, f"This service uses {vocabulary.version()}, at /ns.")
    return get_vocabulary(request)


@router.get("/context.jsonld", summary="The JSON-LD context", **documented(None, [JSON_LD]))
def get_context() -> Response:
    """Short names for the terms; JSON-LD answers hold a copy of it, so that nothing has to be fetched."""
    return Response(vocabulary.context(), media_type=JSON_LD)
