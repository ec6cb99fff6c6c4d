"""Pages for people: templates with every value escaped, scripts of our own only, nothing loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

#: What a mode of speech is called on a page.
MODES = {
    "direct-quote": "in direct speech",
    "mixed-quote": "quoted in part",
    "indirect-speech": "in indirect speech",
    "paraphrase": "in paraphrase",
    "hearsay": "by hearsay",
    "author-voice": "in the author’s own words",
    "relays-report": "passes on a report",
}
CERTAINTIES = {
    "certain": "stated as certain",
    "probable": "stated as probable",
    "possible": "stated as possible",
    "unspecified": "certainty not stated",
}
POLARITIES = {"support": "supports", "oppose": "opposes", "neutral": "is neutral on", "mixed": "has mixed views on"}
#: What the parameters of lists of stances are called on a page.
FILTERS = {
    "holder": "held by",
    "target": "towards",
    "about": "towards propositions about",
    "source": "printed in",
    "origin": "first in",
    "voice": "passed on by",
    "speaker": "said by",
    "min_confidence": "confidence from",
    "below": "confidence below",
    "telling": "told by",
    "unnamed": "by way of somebody not named",
    "target_kind": "towards an",
}


def render(
    request: Request,
    template: str,
    context: Mapping[str, Any],
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """A page from a template in `kb/web/templates`."""
    text = _environment().get_template(template).render({"here": request.url.path, **context})
    return HTMLResponse(text, status, {"Vary": "Accept", **(headers or {})})


def warm() -> None:
    """Read all templates, so that nobody who comes first waits for it."""
    for name in _environment().list_templates(extensions=["html"]):
        _environment().get_template(name)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("kb.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = lambda number: "" if number is None else f"{100 * number:.0f} %"
    environment.filters["in_words"] = chain_in_words
    environment.filters["query"] = lambda pairs: urlencode({k: v for k, v in pairs.items() if v not in ("", None)})
    environment.filters["given"] = lambda pairs: {k: v for k, v in pairs.items() if v}
    environment.globals.update(filters=FILTERS, modes=MODES, certainties=CERTAINTIES, polarities=POLARITIES)
    return environment


def chain_in_words(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Who passed it on, from the one who speaks out to the article: each with a name, a page and how they say it.

    >>> row = {"chain": [], "author": None, "article": {"publisher": {"name": "The Post", "page": "/p"}}}
    >>> [step["name"] for step in chain_in_words(row)]
    ['The Post']
    """
    steps = []
    for voice in reversed(row["chain"]):
        steps.append({**_step(voice["agent"]), "mode": voice["mode"], "inferred": voice["inferred"]})
    publisher = row["article"]["publisher"]
    original = row["article"].get("original_publisher")
    outlet = original or publisher
    if row["author"]:
        steps.append({**_step(row["author"]), "note": outlet["name"] if outlet else "", "mode": "author-voice"})
    elif outlet:
        steps.append({**_step(outlet), "mode": "author-voice"})
    if original and publisher:
        steps.append({**_step(publisher), "mode": "republished"})
    return steps


def _step(agent: Mapping[str, Any] | None) -> dict[str, Any]:
    agent = agent or {"name": "somebody not named", "page": ""}
    return {"name": agent["name"], "page": agent["page"], "kind": agent.get("kind", ""), "note": "", "inferred": False}
