"""The live Wikidata: items, searches and SPARQL, asked politely, each answer kept on disk.

Wikimedia's rules for robots hold: a User-Agent that names us, one request at a time with a pause between them, and
Retry-After is obeyed. What was answered once is not asked again, so that a run that broke off goes on where it was.
"""

from __future__ import annotations

import hashlib
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from pathlib import Path
from typing import Any

import orjson
from SPARQLWrapper import JSON, POST, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

from kb import __version__
from kb.errors import ServiceError

AGENT = f"stancekb/{__version__} (https://w3id.org/stancekb/; knowledge base of stances in the news)"
A_CALL = 50  # ids that wbgetentities takes at a time
_TRIES = 5
_LONGEST_WAIT = 120.0  # seconds; a service that wants more is asked another day
_PROPS = "labels|aliases|descriptions|claims|sitelinks"

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Hit:
    """An item that `wbsearchentities` found: its QID, label and description."""

    qid: str
    label: str
    description: str


class Service:
    """Wikidata's API and SPARQL endpoint.

    Args:
        api: address of api.php.
        sparql: address of the SPARQL endpoint.
        cache: folder in which answers are kept; made where it is missing.
        pause: seconds between two requests.
        wait: how to wait for some seconds.
        days: an answer older than this is asked for again.
    """

    def __init__(
        self,
        api: str,
        sparql: str,
        cache: Path,
        pause: float = 1.0,
        wait: Callable[[float], None] = time.sleep,
        days: float = 30,
    ) -> None:
        self.api, self.sparql = api, sparql
        self._cache, self._pause, self._wait, self._days = cache, pause, wait, days
        self._last = 0.0
        self.asked = 0  #: requests that went out
        cache.mkdir(parents=True, exist_ok=True)

    def entities(self, qids: Iterable[str], languages: Sequence[str] = ("en",)) -> Iterator[tuple[str, Answer]]:
        """Each item's JSON, as it comes; redirects come under the id that was asked for, missing ones not at all.

        Raises:
            ServiceError: the service does not answer, or not in its own form.
        """
        languages = tuple(dict.fromkeys((*languages, "mul")))  # "mul": names that are the same in all languages
        wanted = []
        for qid in dict.fromkeys(qids):
            kept = self._kept(f"item-{qid}-{'-'.join(languages)}")
            if kept is None:
                wanted.append(qid)
            elif kept:
                yield qid, kept
        for start in range(0, len(wanted), A_CALL):
            some = wanted[start : start + A_CALL]
            query = {
                "action": "wbgetentities",
                "ids": "|".join(some),
                "props": _PROPS,
                "languages": "|".join(languages),
            }
            found = self._ask(query, "entities")
            if not isinstance(found, dict):
                raise self._not_ours(self.api, "entities are no object")
            redirected = {e["redirects"]["from"]: e for e in found.values() if "redirects" in e}
            for qid in some:
                entity = found.get(qid) or redirected.get(qid) or {}
                entity = {} if "missing" in entity else entity
                self._keep(f"item-{qid}-{'-'.join(languages)}", entity)
                if entity:
                    yield qid, entity

    def search(self, name: str, language: str = "en", limit: int = 10) -> list[Hit]:
        """The items that `wbsearchentities` finds under a name, best first.

        Raises:
            ServiceError: as `entities`.
        """
        key = f"search-{language}-{limit}-{hashlib.sha256(name.encode()).hexdigest()[:24]}"
        found = self._kept(key)
        if found is None:
            query = {"action": "wbsearchentities", "search": name, "language": language, "type": "item", "limit": limit}
            found = {"search": self._ask(query, "search")}
            self._keep(key, found)
        try:
            return [Hit(row["id"], row.get("label", row["id"]), row.get("description", "")) for row in found["search"]]
        except (KeyError, TypeError) as error:
            raise self._not_ours(self.api, f"a search result without {error}") from error

    def select(self, query: str) -> list[dict[str, str]]:
        """The rows of a SPARQL SELECT, each value as text.

        Raises:
            ServiceError: as `entities`.
        """
        key = f"sparql-{hashlib.sha256(query.encode()).hexdigest()[:24]}"
        found = self._kept(key)
        if found is None:

            def ask() -> Answer:
                wrapper = SPARQLWrapper(self.sparql, returnFormat=JSON, agent=AGENT)
                wrapper.setMethod(POST)
                wrapper.setTimeout(90)
                wrapper.setQuery(query)
                return dict(orjson.loads(wrapper.query().response.read()))

            found = self._politely(self.sparql, ask)
            self._keep(key, found)
        try:
            return [{name: cell["value"] for name, cell in row.items()} for row in found["results"]["bindings"]]
        except (KeyError, TypeError) as error:
            raise self._not_ours(self.sparql, f"rows without {error}") from error

    # --- one request

    def _ask(self, query: dict[str, Any], part: str) -> Any:
        address = f"{self.api}?{urllib.parse.urlencode({**query, 'format': 'json', 'maxlag': 5})}"

        def ask() -> Answer:
            request = urllib.request.Request(address, headers={"User-Agent": AGENT, "Accept": "application/json"})
            with urllib.request.urlopen(request, timeout=60) as response:
                body = response.read()
                answer = orjson.loads(body)
                error = answer.get("error") if isinstance(answer, dict) else None
                if error and error.get("code") == "maxlag":  # its databases lag behind: it asks us to wait
                    raise _Busy(_seconds(response.headers.get("Retry-After")))
                if error:
                    raise ServiceError(f"{self.api} refuses: {error.get('info', error)}; correct what was asked")
                return dict(answer)

        answer = self._politely(self.api, ask)
        if part not in answer:
            raise self._not_ours(self.api, f"an answer without {part!r}")
        return answer[part]

    def _politely(self, address: str, ask: Callable[[], Answer]) -> Answer:
        """Ask with a pause, and again where the service is busy or the answer was cut off."""
        said = ""
        for n in range(_TRIES):
            ready = self._last + self._pause - time.monotonic()
            if ready > 0:
                self._wait(ready)
            self._last = time.monotonic()
            self.asked += 1
            wait = min(2.0**n * self._pause, _LONGEST_WAIT)
            try:
                return ask()
            except _Busy as busy:
                wait, said = max(wait, busy.seconds), "it is overloaded"
            except urllib.error.HTTPError as error:
                said = f"HTTP {error.code} {error.reason}"
                if error.code not in (429, 500, 502, 503, 504):
                    raise ServiceError(f"{address} answered {said}; check the address and what was asked") from error
                wait = max(wait, _seconds(error.headers.get("Retry-After")))
            except SPARQLWrapperException as error:
                said = str(error).partition("\n")[0]
                if "EndPointInternalError" not in type(error).__name__:
                    raise ServiceError(f"{address} answered {said}; check the address and the query") from error
            except (OSError, HTTPException) as error:  # no connection, or one that broke
                said = str(getattr(error, "reason", "") or error) or type(error).__name__
            except (orjson.JSONDecodeError, ValueError, TypeError) as error:
                said = f"what is no JSON ({error})"
            if wait > _LONGEST_WAIT:
                raise ServiceError(f"{address} wants us to wait {wait:.0f} seconds; run the command again later")
            if n + 1 < _TRIES:
                self._wait(wait)
        raise ServiceError(
            f"{address} did not answer in {_TRIES} tries (last: {said}); what it answered before is kept, "
            "run the command again later"
        )

    def _not_ours(self, address: str, what: str) -> ServiceError:
        return ServiceError(f"{address} does not answer like Wikidata: {what}; check the address")

    # --- what is kept

    def _kept(self, key: str) -> Answer | None:
        path = self._cache / f"{key}.json"
        try:
            if time.time() - path.stat().st_mtime > self._days * 86_400:
                return None
            return dict(orjson.loads(path.read_bytes()))
        except (OSError, ValueError):  # not asked yet, or cut off while it was written
            return None

    def _keep(self, key: str, answer: Answer) -> None:
        path = self._cache / f"{key}.json"
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")
        fresh.replace(path)


class _Busy(Exception):
    def __init__(self, seconds: float) -> None:
        self.seconds = seconds


def _seconds(retry_after: str | None) -> float:
    """Seconds of a Retry-After header: a number, or a moment (RFC 9110)."""
    if not retry_after:
        return 0.0
    if retry_after.strip().isdigit():
        return float(retry_after)
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - time.time())
    except ValueError:
        return 0.0
