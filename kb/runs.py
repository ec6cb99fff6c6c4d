"""Which software read the articles: what `prov:wasGeneratedBy` and `st:calibratedOn` of a stance point to."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from kb.iris import Minter
from kb.triples import Triples, plain, worded

_NOT_FITTED = "The product of the weights of the rules that fired, set by hand; no map was fitted to it."


@dataclass(frozen=True, slots=True)
class RunInfo:
    """Which software reads: its version, the language model, the stance model ("default" or "accurate").

    `digest` is the SHA-256 of the models' weights where it is known; `calibration` says what made the confidences.
    """

    version: str
    language_model: str
    model: str
    digest: str = ""
    calibration: str = _NOT_FITTED

    @property
    def parts(self) -> tuple[str, ...]:
        """What makes it another run."""
        return (self.version, self.language_model, self.model, self.digest, self.calibration)


def write_run(triples: Triples, minter: Minter, run: RunInfo) -> None:
    """Write the run, its software and its calibration to the graph of runs. No clock: see `kb.iris.Minter.run`."""
    graph, iri = minter.runs_graph, minter.run(*run.parts)
    software, calibration = minter.software(*run.parts), minter.calibration(run.calibration)
    digest = run.digest or hashlib.sha256("\n".join(run.parts).encode()).hexdigest()
    triples.add(graph, iri, "rdf:type", "st:ExtractionRun")
    triples.add(graph, iri, "rdfs:label", worded(f"stancekb {run.version}, {run.language_model}, {run.model}", "en"))
    triples.add(graph, iri, "prov:wasAssociatedWith", software)
    triples.add(graph, software, "rdf:type", "prov:SoftwareAgent")
    triples.add(graph, software, "schema:name", plain("stancekb"))
    triples.add(graph, software, "schema:softwareVersion", plain(run.version))
    triples.add(graph, software, "st:modelDigest", plain(f"sha256:{digest}"))
    triples.add(graph, calibration, "rdf:type", "prov:Entity")
    triples.add(graph, calibration, "rdfs:comment", worded(run.calibration, "en"))
