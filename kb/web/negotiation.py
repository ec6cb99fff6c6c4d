"""Which form of an answer the client likes best: RFC 9110 content negotiation by q-value and specificity."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import Request

from kb.errors import UsageError

HTML = "text/html"
JSON = "application/json"
CSV = "text/csv"
TURTLE = "text/turtle"
JSON_LD = "application/ld+json"
N_TRIPLES = "application/n-triples"
SVG = "image/svg+xml"

#: What `?format=` may say instead of an Accept header, for links on pages and for people with a browser.
SHORT_NAMES = {
    "html": HTML,
    "json": JSON,
    "csv": CSV,
    "turtle": TURTLE,
    "ttl": TURTLE,
    "jsonld": JSON_LD,
    "ntriples": N_TRIPLES,
    "nt": N_TRIPLES,
    "svg": SVG,
}


class NotAcceptableError(UsageError):
    """None of the forms that can be had is one the client takes."""


def choose(accept: str, offers: Sequence[str]) -> str | None:
    """The offer with the highest q-value, the earlier offer where two are equal; None where none is acceptable.

    Args:
        accept: value of the Accept header; "" takes anything.
        offers: media types in the server's own order of liking.

    >>> choose("text/csv;q=0.5, application/json", ["text/csv", "application/json"])
    'application/json'
    >>> choose("image/png", ["text/csv"]) is None
    True
    """
    ranges = _ranges(accept)
    if not ranges:
        return offers[0]
    weighed = [(_quality(offer, ranges), -place, offer) for place, offer in enumerate(offers)]
    quality, _, offer = max(weighed)
    return offer if quality > 0 else None


def choose_form(request: Request, offers: Sequence[str]) -> str:
    """The form of an answer: `?format=` where given, else by the Accept header.

    Raises:
        NotAcceptableError: neither asks for something that can be had.
    """
    asked = request.query_params.get("format", "")
    if asked:
        form = SHORT_NAMES.get(asked.lower(), "")
        if form in offers:
            return form
        names = ", ".join(name for name, media in SHORT_NAMES.items() if media in offers)
        raise NotAcceptableError(f"format {asked!r} cannot be had here; use one of: {names}")
    accept = request.headers.get("accept", "")
    chosen = choose(accept, offers)
    if chosen is None:
        raise NotAcceptableError(
            f"Accept: {accept!r} takes nothing that can be had here; ask for one of: {', '.join(offers)}"
        )
    return chosen


def wants_html(request: Request) -> bool:
    """Whether the client is a browser: it names text/html and likes it at least as well as JSON."""
    return choose(request.headers.get("accept", ""), [JSON, HTML]) == HTML


def _ranges(accept: str) -> list[tuple[str, float]]:
    found = []
    for part in accept.split(","):
        media, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if not media:
            continue
        quality = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip() == "q":
                try:
                    quality = min(1.0, max(0.0, float(value)))
                except ValueError:
                    quality = 0.0
        found.append(("*/*" if media == "*" else media, quality))
    return found


def _quality(offer: str, ranges: list[tuple[str, float]]) -> float:
    """The q-value of the most specific range that covers the offer, 0 where none does."""
    best = (-1, 0.0)
    for media, quality in ranges:
        if media == offer:
            rank = 2
        elif media == offer.partition("/")[0] + "/*":
            rank = 1
        elif media == "*/*":
            rank = 0
        else:
            continue
        best = max(best, (rank, quality))
    return best[1]
