"""The whole base as a file, and back. TriG, N-Quads and JSON-LD keep the graphs; Turtle merges them."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from kb.errors import InputError, UnknownName
from kb.serialization import FORMATS
from kb.settings import NAMESPACE
from kb.store.base import Store, View
from kb.store.public import is_restricted

_SUFFIXES = {
    ".nq": ox.RdfFormat.N_QUADS,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".trig": ox.RdfFormat.TRIG,
    ".ttl": ox.RdfFormat.TURTLE,
    ".jsonld": ox.RdfFormat.JSON_LD,
}
_FULL_TEXT = f"{NAMESPACE}text"
_RESTRICTED_DATA = f"{NAMESPACE}RestrictedData"


def export(view: View, format: str, public: bool = True) -> Iterator[bytes]:
    """The content in pieces, in a fixed order: the same content gives the same bytes.

    Args:
        view: what to write; with `public`, its restricted graphs (comments, full texts) are left out.
        format: turtle (graphs merged), trig, nquads or jsonld.

    Raises:
        UnknownName: no such format.
    """
    if format not in FORMATS:
        raise UnknownName(f"format {format!r} is unknown; use one of {', '.join(FORMATS)}")
    graphs = [graph for graph in view.graphs() if not (public and is_restricted(graph))]
    return (text.encode() for text in FORMATS[format](view, graphs))


def load_dump(path: str | Path, store: Store) -> int:
    """Add the quads of a dump (.nq .nt .trig .ttl .jsonld, each also with .gz) to the store; returns how many.

    Triples without a graph get one that is named by the file's content, a restricted one if any of them is restricted
    data. Blank nodes get IRIs. Loading the same file again changes nothing.

    Raises:
        InputError: the file is missing, of an unknown kind, or broken; the store is as it was.
        StoreError: the store could not take them.
    """
    path = Path(path)
    name = path.name.removesuffix(".gz")
    format = _SUFFIXES.get(Path(name).suffix.lower())
    if format is None:
        raise InputError(str(path), "no dump by its name", f"name it with one of {', '.join(_SUFFIXES)}, also .gz")
    try:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        quads = list(ox.parse(content, format=format))
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(str(path), f"cannot be unpacked ({error})", "fetch it again") from error
    except OSError as error:
        raise InputError(str(path), f"cannot be read ({error.strerror or error})", "check the path") from error
    except SyntaxError as error:
        where = f"line {error.lineno}" if error.lineno else "it"
        raise InputError(str(path), f"{where} does not parse ({error.msg})", "mend it or fetch it again") from error
    if any(isinstance(quad.object, ox.Triple) for quad in quads):
        raise InputError(str(path), "it holds triple terms of RDF 1.2", "write it as plain RDF 1.1")
    return store.load(_homed(quads, hashlib.sha256(content).hexdigest()[:24]))


def _homed(quads: list[ox.Quad], digest: str) -> list[ox.Quad]:
    """The quads with an IRI for each node and a named graph for each triple."""
    blank = ox.BlankNode
    if any(blank in (type(q.subject), type(q.object), type(q.graph_name)) for q in quads):
        dataset = ox.Dataset(quads)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)  # labels that depend on the content only
        quads = list(dataset)
    loose = [quad for quad in quads if isinstance(quad.graph_name, ox.DefaultGraph)]
    side = "restricted" if any(_is_restricted(quad) for quad in loose) else "article"
    home = ox.NamedNode(f"urn:x-stancekb:/graph/{side}/loaded-{digest}")

    def node(term: object) -> ox.NamedNode:
        if isinstance(term, blank):
            return ox.NamedNode(f"urn:x-stancekb:/genid/{digest}/{term.value}")
        assert isinstance(term, ox.NamedNode)
        return term

    return [
        ox.Quad(
            node(quad.subject),
            quad.predicate,
            quad.object if isinstance(quad.object, ox.Literal) else node(quad.object),
            home if isinstance(quad.graph_name, ox.DefaultGraph) else node(quad.graph_name),
        )
        for quad in quads
    ]


def _is_restricted(quad: ox.Quad) -> bool:
    restricted = isinstance(quad.object, ox.NamedNode) and quad.object.value == _RESTRICTED_DATA
    return restricted or quad.predicate.value == _FULL_TEXT
