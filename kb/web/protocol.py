"""Graphs as bytes, in the forms that clients may ask for."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pyoxigraph as ox

from kb.endpoint import evaluation
from kb.endpoint.evaluation import GRAPH_FORMATS

__all__ = ["GRAPH_FORMATS", "write_triples"]


def write_triples(triples: Sequence[ox.Triple], form: ox.RdfFormat) -> bytes:
    """Triples in one form, with our usual prefixes."""
    out = io.BytesIO()
    evaluation.write_triples(triples, form, out)
    return out.getvalue()
