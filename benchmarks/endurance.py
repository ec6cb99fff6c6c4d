"""Two minutes of everything at once against `kb serve`: readers, a writer, hostile queries.

    python benchmarks/endurance.py [--seconds 120] [--json]

Readers ask for pages, names and SPARQL and count every request that fails; a second process adds and replaces graphs in
the store; a third client sends queries that would run for hours. Memory is that of all the service's processes, as
proportional set size: after a warm-up of a quarter of the time, and at the end.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
from serving import GRAPH, LABEL, STANCES, processes, quads, server

READERS = 4
WRITER = """
import random, sys, time
import pyoxigraph as ox
from kb.store import EmbeddedStore
draw = random.Random(3)
node, text = ox.NamedNode, ox.Literal
end = time.monotonic() + float(sys.argv[2])
while time.monotonic() < end:
    with EmbeddedStore(sys.argv[1], patience=60) as store:
        for _ in range(draw.randint(1, 20)):
            graph = node("https://w3id.org/stancekb/graph/article/%d" % draw.randrange(500))
            label = node("http://www.w3.org/2000/01/rdf-schema#label")
            store.replace_graphs({graph.value: [
                ox.Quad(node("https://w3id.org/stancekb/id/entity/w%d" % draw.randrange(9999)), label,
                        text("Written %d" % n, language="en"), graph) for n in range(50)]})
            time.sleep(0.1)
    time.sleep(draw.random())
"""
HOSTILE = (
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(STR(?a) < STR(?f)) }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?i",
    "SELECT * WHERE { " + "{" * 2_200 + "}" * 2_200 + " }",
    "ASK { FILTER(" + "!" * 40_000 + "true) }",
    "SELECT (COUNT(*) AS ?n) { ?a (!<x:y>)* ?b . ?c (!<x:z>)* ?d }",
    "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o . ?a ?b ?c }",
)


def memory(pid: int) -> float:
    """Megabytes of a server's processes; what they share counts once."""
    size = 0
    for one in processes(pid):
        try:
            text = Path(f"/proc/{one}/smaps_rollup").read_text(encoding="utf-8")
        except OSError:  # it has just ended
            continue
        size += sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss_Anon:"))
    return size / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--quads", type=int, default=100_000)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = str(Path(folder) / "kb")
        db = ox.Store(store)
        db.bulk_load("".join(quads(arguments.quads)).encode(), format=ox.RdfFormat.N_QUADS)
        db.flush()
        del db
        kb = str(Path(sys.executable).parent / "kb")
        with server([kb, "serve", "--store", store, "--port", "PORT"], "/sparql") as (port, _, pid):
            result = load(port, pid, store, arguments.seconds, arguments.quads // 160)
    print(json.dumps(result) if arguments.json else "\n".join(f"{key:24}{value}" for key, value in result.items()))


def load(port: int, pid: int, store: str, seconds: float, entities: int) -> dict[str, object]:
    """Everything at once; what came of it."""
    end = time.monotonic() + seconds
    times: list[float] = []
    failed: Counter[str] = Counter()
    bad: Counter[int] = Counter()

    def ask(connection: http.client.HTTPConnection, path: str) -> int:
        connection.request("GET", path, headers={"Accept": "application/json, text/turtle;q=0.5"})
        answer = connection.getresponse()
        answer.read()
        return answer.status

    def connect() -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def reader(number: int) -> None:
        draw = random.Random(number)
        connection = connect()
        while time.monotonic() < end:
            e = draw.randrange(entities)
            path = draw.choice(
                (
                    "/sparql?query=" + quote(LABEL.format(e)),
                    "/sparql?query=" + quote(STANCES.format(e)),
                    f"/entities?q=Entity%20Number%20{e}",
                    "/entities?q=Written",
                    f"/entities/e{e}",
                    "/graph-store?graph=" + quote(f"{GRAPH}{draw.randrange(1_000, 3_000) % (entities // 2)}"),
                )
            )
            began = time.monotonic()
            try:
                status = ask(connection, path)
            except (OSError, http.client.HTTPException) as error:
                failed[f"{path[:30]} {error!r}"] += 1
                connection = connect()
                continue
            times.append(time.monotonic() - began)
            if status not in (200, 404) or (status == 404 and "graph-store" not in path):
                failed[f"{path[:30]} {status}"] += 1

    def attacker(number: int) -> None:
        draw = random.Random(number)
        while time.monotonic() < end:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120, source_address=("127.0.0.2", 0))
            body = "query=" + quote(draw.choice(HOSTILE))
            connection.request("POST", "/sparql", body, {"Content-Type": "application/x-www-form-urlencoded"})
            bad[connection.getresponse().status] += 1
            connection.close()

    threads = [threading.Thread(target=reader, args=(n,)) for n in range(READERS)]
    threads += [threading.Thread(target=attacker, args=(n,)) for n in range(3)]
    writer = subprocess.Popen([sys.executable, "-c", WRITER, store, str(seconds)])
    for thread in threads:
        thread.start()
    levels: list[tuple[float, float]] = []
    while time.monotonic() < end:
        time.sleep(1)
        levels.append((seconds - (end - time.monotonic()), memory(pid)))
    for thread in threads:
        thread.join()
    writer.wait()
    time.sleep(3)
    # one reading swings with the queries that run just then
    warm = statistics.median(level for at, level in levels if 0.25 * seconds <= at < 0.5 * seconds)
    late = statistics.median(level for at, level in levels if at >= 0.75 * seconds)
    times.sort()
    return {
        "requests": len(times),
        "failed": sum(failed.values()),
        "failures": dict(failed.most_common(5)),
        "median_ms": round(1000 * statistics.median(times), 2),
        "p99_ms": round(1000 * times[int(0.99 * len(times))], 1),
        "hostile": dict(sorted(bad.items())),
        "memory_warm_mb": round(warm, 1),
        "memory_late_mb": round(late, 1),
        "memory_after_mb": round(memory(pid), 1),
        "growth": round(late / warm - 1, 3),
    }


if __name__ == "__main__":
    main()
