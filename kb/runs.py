"""Which software read the articles: what `prov:wasGeneratedBy` and `st:calibratedOn` of a stance point to."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kb import __version__
from kb.iris import Minter
from kb.network.loading import folder_of
from kb.settings import Settings
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


def run_of(settings: Settings) -> RunInfo:
    """The run that reading with these settings is."""
    if settings.model == "rules" and not settings.model_folder:
        return RunInfo(__version__, settings.spacy_model, settings.model)
    folder = folder_of(settings)
    name = settings.model if not settings.model_folder else folder.name
    digest, calibration = _described(folder)
    return RunInfo(__version__, settings.spacy_model, name, digest, calibration)


@lru_cache(maxsize=4)
def _described(folder: Path) -> tuple[str, str]:
    """The digest of a model's weights and what its confidences were fitted on."""
    card_file = folder / "card.json"
    if not card_file.is_file():
        return "", _NOT_FITTED
    digest = hashlib.sha256()
    for file in sorted(folder.iterdir()):
        if file != card_file:
            digest.update(file.read_bytes())
    card = json.loads(card_file.read_text(encoding="utf-8"))
    fitted = card.get("calibration", {})
    if not fitted:
        return digest.hexdigest(), _NOT_FITTED
    on = ", ".join(card.get("calibrated_on", ())) or "annotated texts"
    return digest.hexdigest(), (
        f"A logistic regression over what network and rules find, fitted on {fitted['proposals']} proposals, "
        f"{fitted['right']} of them right, from: {on}."
    )


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
