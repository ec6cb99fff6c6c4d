"""Requests a second of `kb serve` and CPU a request, against other servers over the same quads, in one run.

    python benchmarks/serving.py [--quads 1000000] [--seconds 5] [--clients 4] [--rdflib PYTHON] [--json]

The quads are synthetic stances in the shape of ours. Two questions are asked, each time about another entity: which
entity has a label, and which stances an entity holds. Servers: `kb serve` (nothing is answered from memory, as no
question is asked twice), a bare FastAPI route over pyoxigraph, the Oxigraph server, and, where `--rdflib` names the
Python of an environment that has it, rdflib-endpoint. CPU is user and system time of the server's processes.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph as ox

BASE = "https://w3id.org/stancekb/"
ST, ID, GRAPH = BASE + "ns#", BASE + "id/", BASE + "graph/article/"
PREFIXES = (
    f"PREFIX st: <{ST}> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX oa: <http://www.w3.org/ns/oa#> "
)
LABEL = PREFIXES + 'SELECT ?entity WHERE {{ ?entity rdfs:label "Entity Number {0}"@en }}'
STANCES = PREFIXES + (
    "SELECT ?stance ?target ?polarity ?confidence ?quote WHERE {{ ?stance st:holder <" + ID + "entity/e{0}> ;"
    " st:target ?target ; st:polarity ?polarity ; st:confidence ?confidence ; st:evidence ?e . ?e oa:exact ?quote }}"
)
BARE = """
import sys, pyoxigraph as ox
from fastapi import FastAPI, Response
store, app = ox.Store.read_only(sys.argv[1]), FastAPI()
@app.get("/sparql")
def sparql(query: str) -> Response:
    found = store.query(query, use_default_graph_as_union=True)
    return Response(found.serialize(format=ox.QueryResultsFormat.JSON), media_type="application/sparql-results+json")
import uvicorn
uvicorn.run(app, port=int(sys.argv[2]), log_level="warning")
"""
RDFLIB = """
import sys, rdflib
from rdflib_endpoint import SparqlEndpoint
graph = rdflib.Dataset(default_union=True)
graph.parse(sys.argv[1], format="nquads")
import uvicorn
uvicorn.run(SparqlEndpoint(graph=graph, path="/sparql"), port=int(sys.argv[2]), log_level="warning")
"""


def quads(number: int) -> Iterator[str]:
    """About `number` lines of N-Quads; 16 for each stance, one entity for ten stances."""
    draw = random.Random(1)
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    a = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    stances = number // 16
    entities = max(10, stances // 10)
    for n in range(stances):
        graph = f"<{GRAPH}{n // 20}>"
        stance, evidence = f"<{ID}stance/s{n}>", f"<{ID}evidence/v{n}>"
        holder, target = (f"<{ID}entity/e{draw.randrange(entities)}>" for _ in range(2))
        yield f"{stance} {a} <{ST}Stance> {graph} .\n"
        for name, value in (("holder", holder), ("target", target), ("evidence", evidence)):
            yield f"{stance} <{ST}{name}> {value} {graph} .\n"
        yield f"{stance} <{ST}polarity> <{ST}{draw.choice(('Support', 'Oppose'))}> {graph} .\n"
        decimal = "<http://www.w3.org/2001/XMLSchema#decimal>"
        yield f'{stance} <{ST}confidence> "{draw.randint(55, 99) / 100}"^^{decimal} {graph} .\n'
        for name in ("kind", "certainty", "reportedIn", "voicedVia", "utterance", "originPublisher"):
            yield f"{stance} <{ST}{name}> <{ID}{name}/{draw.randrange(1 + n // 5)}> {graph} .\n"
        yield f'{evidence} <http://www.w3.org/ns/oa#exact> "words {n} of what was said" {graph} .\n'
        yield f"{evidence} {a} <{ST}Evidence> {graph} .\n"
        e = n % entities
        yield f'<{ID}entity/e{e}> {label} "Entity Number {e}"@en {graph} .\n'
        yield f"<{ID}entity/e{e}> {a} <http://schema.org/Person> {graph} .\n"


def processes(pid: int) -> list[int]:
    """The process and all that it started."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # a thread that has just ended
            for child in task.read_text(encoding="utf-8").split():
                found += processes(int(child))
    return found


def cpu(pid: int) -> float:
    """Seconds of user and system time of a server."""
    ticks = 0
    for one in processes(pid):
        fields = Path(f"/proc/{one}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def server(command: list[str], path: str) -> Iterator[tuple[int, str, int]]:
    """A server's port, path and process; it is ended afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with subprocess.Popen(
        [part.replace("PORT", str(port)) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            end = time.monotonic() + 900
            while time.monotonic() < end and process.poll() is None:
                try:
                    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
                    ask(connection, path, LABEL.format(0))
                    break
                except OSError:
                    time.sleep(0.5)
            yield port, path, process.pid
        finally:
            process.send_signal(signal.SIGTERM)


def ask(connection: http.client.HTTPConnection, path: str, query: str) -> int:
    """Ask and return how many rows came."""
    headers = {"Accept": "application/sparql-results+json"}
    connection.request("GET", f"{path}?{urlencode({'query': query})}", headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{answer.status}: {body[:300]!r}")
    return len(json.loads(body)["results"]["bindings"])


def measure(where: tuple[int, str, int], query: str, entities: int, seconds: float, clients: int) -> dict[str, float]:
    """Requests a second, milliseconds of CPU a request, and the median of a request in milliseconds."""
    port, path, pid = where
    times: list[float] = []
    before, began = cpu(pid), time.monotonic()

    def client(number: int) -> None:
        draw = random.Random(number)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while time.monotonic() - began < seconds:
            at = time.monotonic()
            ask(connection, path, query.format(draw.randrange(entities)))
            times.append(time.monotonic() - at)

    threads = [threading.Thread(target=client, args=(n,)) for n in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = time.monotonic() - began
    return {
        "per_second": round(len(times) / spent, 2),
        "cpu_ms": round(1000 * (cpu(pid) - before) / max(1, len(times)), 3),
        "median_ms": round(1000 * statistics.median(times), 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quads", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--rdflib", help="Python of an environment that has rdflib-endpoint")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    result: dict[str, dict[str, dict[str, float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        dump, store, other = Path(folder) / "dump.nq", Path(folder) / "kb", Path(folder) / "other"
        with dump.open("w", encoding="utf-8") as file:
            file.writelines(quads(arguments.quads))
        for place in (store, other):
            db = ox.Store(str(place))
            db.bulk_load(path=str(dump), format=ox.RdfFormat.N_QUADS)
            db.flush()
            del db
        kb, oxigraph = (str(Path(sys.executable).parent / name) for name in ("kb", "oxigraph"))
        commands = {
            "kb serve": ([kb, "serve", "--store", str(store), "--port", "PORT"], "/sparql"),
            "bare route": ([sys.executable, "-c", BARE, str(other), "PORT"], "/sparql"),
            "oxigraph server": (
                [oxigraph, "serve-read-only", "-l", str(other), "-b", "127.0.0.1:PORT", "--union-default-graph"],
                "/query",
            ),
        }
        if arguments.rdflib:
            commands["rdflib-endpoint"] = ([arguments.rdflib, "-c", RDFLIB, str(dump), "PORT"], "/sparql")
        entities = max(10, arguments.quads // 160)
        for name, (command, path) in commands.items():
            print(name, file=sys.stderr)
            with server(command, path) as where:
                for question, query in (("label", LABEL), ("stances", STANCES)):
                    found = measure(where, query, entities, arguments.seconds, arguments.clients)
                    result.setdefault(question, {})[name] = found
    if arguments.json:
        print(json.dumps(result))
        return
    for question, by_server in result.items():
        for name, found in by_server.items():
            print(f"{question:8} {name:16}", "  ".join(f"{key} {value}" for key, value in found.items()))


if __name__ == "__main__":
    main()
