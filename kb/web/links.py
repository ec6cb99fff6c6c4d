"""From the IRIs of the base to the addresses of this service, and back."""

from __future__ import annotations

from urllib.parse import quote, unquote

#: The pages that show each kind of IRI `{base}id/{kind}/{key}`; other kinds are shown as bare nodes.
PAGES = {
    "entity": "/entities/",
    "proposition": "/propositions/",
    "article": "/articles/",
    "stance": "/stances/",
    "source": "/sources/",
}
WIKIDATA = "http://www.wikidata.org/entity/"


class Links:
    """Knows the base of our IRIs; the service may answer at another address than the base says."""

    def __init__(self, base: str) -> None:
        self.base = base

    def iri(self, kind: str, key: str) -> str:
        """The IRI of the thing of that kind ("entity", "stance", ...); the key may hold any character."""
        return f"{self.base}id/{quote(kind, safe='')}/{quote(key, safe='')}"

    def parts(self, iri: str) -> tuple[str, str]:
        """The kind and the key of one of our IRIs; ("", iri) for any other."""
        start = f"{self.base}id/"
        kind, slash, key = iri.removeprefix(start).partition("/")
        return (kind, unquote(key)) if iri.startswith(start) and slash and key else ("", iri)

    def key(self, iri: str) -> str:
        """The last part of one of our IRIs, else the IRI."""
        return self.parts(iri)[1]

    def path(self, iri: str) -> str:
        """Where this service shows the thing, "" where it does not."""
        kind, key = self.parts(iri)
        if not kind:
            return ""
        return PAGES.get(kind, f"/nodes/{kind}/") + quote(key, safe="")


def qid_of(iri: str) -> str | None:
    """The Wikidata item an IRI stands for ("Q76"), if it is one."""
    qid = iri.removeprefix(WIKIDATA)
    return qid if qid != iri and is_qid(qid) else None


def local_name(iri: str) -> str:
    """What stands behind the last # or / of an IRI: the "Person" of schema:Person."""
    return iri.rpartition("#")[2] if "#" in iri else iri.rpartition("/")[2]


def is_qid(text: str) -> bool:
    """Whether the text has the form of a Wikidata item's id."""
    return text[:1] == "Q" and text[1:].isascii() and text[1:].isdigit()
