"""Which trained model is read with: the one in the package, the accurate one, or a folder of the user's own."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from kb.errors import ResourceError, UsageError
from kb.network import MODELS
from kb.network.crossencoder import CrossEncoder
from kb.network.encoder import Encoder
from kb.network.reader import NetworkReader
from kb.settings import Settings


def load_network(settings: Settings) -> NetworkReader | None:
    """The network that the settings name, loaded once a process; None for `rules`.

    Raises:
        ResourceError: it is not installed, or a file of it is missing.
    """
    return None if settings.model == "rules" and not settings.model_folder else _load(folder_of(settings))


def require_network(settings: Settings) -> NetworkReader:
    """As `load_network`, for work that rules alone cannot do.

    Raises:
        UsageError: the settings ask for the rules alone.
    """
    network = load_network(settings)
    if network is None:
        raise UsageError("the rules alone tag no spans and judge no pairs; use --model default or accurate")
    return network


def folder_of(settings: Settings) -> Path:
    """Where the settings' model lies."""
    return Path(settings.model_folder) if settings.model_folder else MODELS / settings.model


@lru_cache(maxsize=2)
def _load(folder: Path) -> NetworkReader:
    if not folder.is_dir():
        step = "see docs/model-card.md"
        if folder == MODELS / "accurate":
            ready = (MODELS / "accurate-parts").is_dir()
            step = "build it with kb build-model" if ready else "this version has none yet; use --model default"
        raise ResourceError(f"the model {folder.name!r} is not there ({folder}); {step}")
    if (folder / "pairs.onnx").is_file():
        quick = Encoder(MODELS / "default")
        return NetworkReader(quick, CrossEncoder(folder, quick))
    return NetworkReader(Encoder(folder))
