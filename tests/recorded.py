"""A server that speaks Wikidata's protocols and answers with what the real one once answered."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox

WD, WDT = "http://www.wikidata.org/entity/", "http://www.wikidata.org/prop/direct/"


class Recorded:
    """The server's state. `troubles` are what goes wrong with the next requests, in order; `asked` what was asked."""

    def __init__(self, entities: list[dict[str, Any]]) -> None:
        self.entities = {e["id"]: e for e in entities}
        self.troubles: list[str] = []
        self.asked: list[dict[str, str]] = []
        self.agents: set[str] = set()
        self.graph = ox.Store()
        for qid, entity in self.entities.items():
            for prop in ("P31", "P279"):
                for statement in entity.get("claims", {}).get(prop, []):
                    if statement["mainsnak"]["snaktype"] == "value":
                        value = statement["mainsnak"]["datavalue"]["value"]["id"]
                        self.graph.add(
                            ox.Quad(ox.NamedNode(WD + qid), ox.NamedNode(WDT + prop), ox.NamedNode(WD + value))
                        )
        self.url = ""

    @property
    def api(self) -> str:
        return f"{self.url}/w/api.php"

    @property
    def sparql(self) -> str:
        return f"{self.url}/sparql"

    def answer(self, query: dict[str, str]) -> dict[str, Any]:
        """What api.php says."""
        if query["action"] == "wbgetentities":
            ids = query["ids"].split("|")
            if len(ids) > 50:
                return {"error": {"code": "toomanyvalues", "info": "Too many values supplied for parameter ids."}}
            missing: dict[str, Any] = {"missing": ""}
            return {"entities": {i: self.entities.get(i, {"id": i, **missing}) for i in ids}, "success": 1}
        wanted = query["search"].lower()
        found = []
        for qid, entity in self.entities.items():
            label = entity.get("labels", {}).get("en", {}).get("value", "")
            names = [label, *(a["value"] for a in entity.get("aliases", {}).get("en", []))]
            if any(name.lower().startswith(wanted) for name in names):
                said = entity.get("descriptions", {}).get("en", {}).get("value")
                found.append({"id": qid, "label": label, **({"description": said} if said else {})})
        return {"search": found[: int(query["limit"])], "success": 1}


def _handler(state: Recorded) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            self.reply(query, lambda: state.answer(query))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            query = {name: values[0] for name, values in parse_qs(body).items()}

            def rows() -> dict[str, Any]:
                found = state.graph.query(query["query"])
                assert isinstance(found, ox.QuerySolutions)
                return dict(json.loads(found.serialize(format=ox.QueryResultsFormat.JSON) or b"{}"))

            self.reply(query, rows)

        def reply(self, query: dict[str, str], answer: Any) -> None:
            state.asked.append(query)
            state.agents.add(self.headers["User-Agent"])
            trouble = state.troubles.pop(0) if state.troubles else ""
            if trouble.isdigit():
                self.send_response(int(trouble))
                if trouble == "429":
                    self.send_header("Retry-After", "7")
                self.end_headers()
                return
            data = json.dumps(answer()).encode()
            if trouble == "json":
                data = b"<html>maintenance</html>"
            elif trouble == "other":
                data = b'{"batchcomplete": ""}'
            elif trouble == "maxlag":
                data = b'{"error": {"code": "maxlag", "info": "Waiting for a database"}}'
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            if trouble == "maxlag":
                self.send_header("Retry-After", "5")
            self.end_headers()
            self.wfile.write(data[: len(data) // 2] if trouble == "cut" else data)
            if trouble == "cut":
                self.close_connection = True

        def log_message(self, *arguments: object) -> None:
            pass

    return Handler


@contextmanager
def serving(entities: list[dict[str, Any]]) -> Iterator[Recorded]:
    """The running server."""
    state = Recorded(entities)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(state))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
