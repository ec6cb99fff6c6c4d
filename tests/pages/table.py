"""Every page of the service, one line each, with the way to find one that has something to show.

A way is an address, or asks the REST API for one. `test_every_page_is_listed` compares the table with what is served.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx

from kb.iris import PREFIXES
from kb.web.app import ROUTERS

Way = str | Callable[["Api"], str]
BASES = ("examples", "large")


class Api:
    """The REST API of a served base."""

    def __init__(self, address: str) -> None:
        headers = {"Accept": "application/json"}
        self.client = httpx.Client(
            base_url=address, timeout=60, headers=headers, verify=False
        )  # no certificates to load

    def get(self, path: str, **asked: str | int) -> Any:
        """The JSON of an address."""
        answer = self.client.get(path, params=asked or None)
        answer.raise_for_status()
        return answer.json()

    def paths(self) -> dict[str, Any]:
        """What is served, by the templates of the addresses."""
        found: dict[str, Any] = self.get("/openapi.json")["paths"]
        return found

    def where(self, pattern: str) -> str:
        """The page of the first thing that fits a pattern of SPARQL, as `?x`."""
        prologue = "".join(f"PREFIX {name}: <{iri}> " for name, iri in PREFIXES.items())
        query = f"{prologue}SELECT ?x WHERE {{ {pattern} }} ORDER BY ?x LIMIT 1"
        answer = self.client.get(
            "/sparql", params={"query": query}, headers={"Accept": "application/sparql-results+json"}
        )
        answer.raise_for_status()
        iri: str = answer.json()["results"]["bindings"][0]["x"]["value"]
        found = self.client.get(iri, headers={"Accept": "text/html"}, follow_redirects=False)
        return found.headers["Location"]


@dataclass(frozen=True)
class Listed:
    """A page: its name, the template of its address, the way to one, the status that is meant, where it is tried."""

    name: str
    template: str
    way: Way
    status: int = 200
    bases: tuple[str, ...] = BASES

    def address(self, api: Api) -> str:
        """The path of one in that base."""
        return self.way if isinstance(self.way, str) else self.way(api)


def _first(path: str, rows: str, **asked: str | int) -> Callable[[Api], str]:
    return lambda api: str(api.get(path, **asked)[rows][0]["page"])


def _where(pattern: str) -> Callable[[Api], str]:
    return lambda api: api.where(pattern)


def _asked(path: str, **asked: str) -> Callable[[Api], str]:
    """With these parameters; STAR stands for the entity that has the most stances, NEXT for the one after it."""

    def way(api: Api) -> str:
        star, following = (row["id"] for row in api.get("/entities", limit=2)["entities"])
        return f"{path}?{urlencode({k: {'STAR': star, 'NEXT': following}.get(v, v) for k, v in asked.items()})}"

    return way


ROWS = f"""PREFIX st: <{PREFIXES["st"]}>
PREFIX oa: <{PREFIXES["oa"]}>
SELECT ?stance ?holder ?words WHERE {{
  ?stance st:holder ?holder ; st:evidence/oa:hasSelector/oa:exact ?words
}} LIMIT 30"""
TRIPLES = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 20"
MARKUP = "<script>alert(1)</script>"
ODD = ("large",)  # what only the generated base holds
SAME = ("examples",)  # what does not depend on the base

PAGES = (
    Listed("start", "/", "/"),
    Listed("entities", "/entities", "/entities"),
    Listed("entities-searched", "/entities", "/entities?q=a&fuzzy=true"),
    Listed("entities-none", "/entities", _asked("/entities", q=f"{MARKUP} of nobody"), bases=SAME),
    Listed("entity", "/entities/{id}", _first("/entities", "entities", limit=1)),
    Listed("entity-markup", "/entities/{id}", _first("/entities", "entities", q=MARKUP), bases=ODD),
    Listed("entity-arabic", "/entities/{id}", _first("/entities", "entities", q="وردان الهاشلي"), bases=ODD),
    Listed("entity-long", "/entities/{id}", _first("/entities", "entities", q="Velmufergrundst"), bases=ODD),
    Listed("stances", "/stances", "/stances"),
    Listed("stances-filtered", "/stances", _asked("/stances", polarity="oppose", target="STAR", min_confidence="0.7")),
    Listed("stance", "/stances/{id}", _first("/stances", "stances", limit=1)),
    Listed("stance-chain", "/stances/{id}", _where("?x st:nestingDepth 2 ; st:audience st:PublicData")),
    Listed("stance-retracted", "/stances/{id}", _where("?r st:reviews ?x ; st:status st:Retracted"), bases=ODD),
    Listed("sources", "/sources", "/sources"),
    Listed("outlet", "/sources/{id}", lambda api: f"/sources/{api.get('/sources')['sources'][0]['id']}"),
    Listed("source-unnamed", "/sources/{id}", _where("?x a st:UnnamedSource ; st:presumedAffiliation ?y")),
    Listed("proposition", "/propositions/{id}", _first("/propositions", "propositions", limit=1)),
    Listed("articles", "/articles", "/articles"),
    Listed("article", "/articles/{slug}", _first("/articles", "articles", limit=1)),
    Listed("article-markup", "/articles/{slug}", _where('?x schema:headline "<script>"@en'), bases=ODD),
    Listed("article-reprint", "/articles/{slug}", _where("?x st:republicationOf ?y ; st:textSha256 ?sha")),
    Listed("queries", "/queries", "/queries", bases=SAME),
    Listed("query", "/queries/{name}", "/queries/who-opposes", bases=SAME),
    Listed("query-answered", "/queries/{name}", "/queries/most-quoted"),
    Listed("query-refused", "/queries/{name}", _asked("/queries/who-opposes", target=MARKUP), status=400, bases=SAME),
    Listed("sparql", "/sparql", "/sparql", bases=SAME),
    Listed("sparql-rows", "/sparql", _asked("/sparql", query=ROWS)),
    Listed("sparql-triples", "/sparql", _asked("/sparql", query=TRIPLES)),
    Listed("sparql-wrong", "/sparql", _asked("/sparql", query=f"SELECT {MARKUP}"), status=400, bases=SAME),
    Listed("docs", "/docs", "/docs", bases=SAME),
    Listed("vocabulary", "/ns", "/ns", bases=SAME),
    Listed("graph", "/graph/{name}", "/graph/entities"),
    Listed("node", "/nodes/{kind}/{key}", _where("?x a st:Attribution ; st:relayedBy ?y")),
    Listed("missing", "/entities/{id}", "/entities/%3Cb%3Enobody", status=404, bases=SAME),
    Listed("search", "/search", "/search?q=a"),
    Listed("search-none", "/search", _asked("/search", q=f"{MARKUP} of nobody"), bases=SAME),
    Listed("picture-timeline", "/pictures/{name}", "/pictures/timeline?format=html"),
    Listed("picture-bars", "/pictures/{name}", "/pictures/targets?format=html"),
    Listed("picture-confidence", "/pictures/{name}", _asked("/pictures/confidence", format="html", holder="STAR")),
    Listed("compare", "/compare", "/compare"),
    Listed("groups", "/groups", "/groups"),
    Listed("network", "/network", "/network"),
)
#: a box that OpenRefine shows, and another address of /ns
NOT_LISTED = {"/reconcile/preview", "/ns/{version}"}


def served() -> set[str]:
    """The templates of the addresses that this version has; a page that is still to come is not tried."""
    return {re.sub(r":\w+}", "}", route.path) for module in ROUTERS for route in module.router.routes}


def tried() -> list[Listed]:
    """The pages that this version has."""
    known = served()
    return [page for page in PAGES if page.template in known]


def with_pages(paths: Mapping[str, Any]) -> set[str]:
    """The templates of the addresses that answer GET with a page, of those in an OpenAPI document."""
    found = set()
    for template, methods in paths.items():
        answers = methods.get("get", {}).get("responses", {})
        if "text/html" in answers.get("200", {}).get("content", {}):
            found.add(template)
    return found
