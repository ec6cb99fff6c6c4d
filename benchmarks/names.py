"""Search by name at size: building the tables, their memory, completion, fuzzy search and reconciliation over HTTP.

    python benchmarks/names.py [--names 1000000] [--folder FOLDER] [--json]

Writes a base of invented people, bodies and propositions to disk (one name in ten in another script), opens it as
`kb serve` does, and starts a server in a process of its own. Prefixes are beginnings of words of names drawn at random.
Reconciliation sends 1,000 names, three of ten with a slip, in batches of the size that the service asks for.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pyoxigraph as ox
import uvicorn

from kb.iris import PREFIXES
from kb.settings import NAMESPACE as ST
from kb.settings import Settings
from kb.store import EmbeddedStore
from kb.web.app import create_app
from kb.web.gathering import Kind
from kb.web.nodes import select

BASE = "https://w3id.org/stancekb/"
PREFIX_LENGTHS = (1, 2, 3, 8)
ROUNDS = 300
RECONCILED = 1000
SCRIPTS = {
    "latin": "ba be cor da el fa gri ha i jo ka lo mar ne o pas que ri sa tho u vi wen xi zu ch lin ger ton".split(),
    "cyrillic": "ба ве го дми ер жу зи ка ло ма ни ов пет ро ся тов ша".split(),
    "greek": "αλ βα γι δη ελ θε κα λο μα νι ρου στα φω".split(),
    "arabic": "با حم دا رش سل عم كر مح نا يو".split(),
    "han": "王 李 张 刘 陈 杨 赵 黄 周 吴 明 华 建 国 文 伟 芳 娜 静 丽".split(),
}


def term(name: str) -> ox.NamedNode:
    prefix, _, local = name.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local)


def word(draw: random.Random, script: str = "latin") -> str:
    return "".join(draw.choices(SCRIPTS[script], k=draw.randint(2, 3 if script == "han" else 4))).capitalize()


class Inventor:
    """Names as lists of people have them: first names of which a few are very common, surnames that are mostly rare."""

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw
        self.firsts = [word(draw) for _ in range(3000)]
        self.weights = [1 / (rank + 1) for rank in range(len(self.firsts))]

    def names(self) -> list[str]:
        """What one person is called, the label first; 1.6 names on average."""
        first, last = self.draw.choices(self.firsts, self.weights)[0], word(self.draw)
        found = [f"{first} {last}"]
        if self.draw.random() < 0.5:
            found.append(f"{first} {word(self.draw)} {last}")
        if self.draw.random() < 0.1:
            script = self.draw.choice([name for name in SCRIPTS if name != "latin"])
            found.append(f"{word(self.draw, script)} {word(self.draw, script)}")
        return found


def quads(names: int, draw: random.Random) -> Iterator[ox.Quad]:
    """A base of so many names: nine of ten of entities, the others of propositions and unnamed sources."""
    graph, wikidata = ox.NamedNode(f"{BASE}graph/entities"), ox.NamedNode(f"{BASE}graph/wikidata")
    label, further, kind = term("rdfs:label"), term("skos:altLabel"), term("rdf:type")
    classes = [term(f"schema:{name}") for name in ("Person", "Person", "Organization", "Place", "Country")]
    inventor, things, made = Inventor(draw), 0, 0
    while made < names:
        things += 1
        if things % 10 == 0:
            proposition = ox.NamedNode(f"{BASE}id/proposition/{things:x}")
            wording = f"The {word(draw).lower()} of {word(draw)} should be built"
            yield ox.Quad(proposition, term("skos:prefLabel"), ox.Literal(wording, language="en"), graph)
            made += 1
            continue
        if things % 50 == 1:
            source = ox.NamedNode(f"{BASE}id/source/{things:x}")
            text = ox.Literal(f"an official of {word(draw)}", language="en")
            yield ox.Quad(source, term("st:describedAs"), text, graph)
            yield ox.Quad(source, kind, term("st:UnnamedSource"), graph)
            made += 1
            continue
        entity = ox.NamedNode(f"{BASE}id/entity/k{things}")
        for number, name in enumerate(inventor.names()):
            yield ox.Quad(entity, further if number else label, ox.Literal(name, language="en"), graph)
            made += 1
        yield ox.Quad(entity, kind, draw.choice(classes), graph)
        if things % 2:
            item = term(f"wd:Q{things}")
            yield ox.Quad(entity, term("skos:exactMatch"), item, graph)
            text = ox.Literal(f"politician of {word(draw)}", language="en")
            yield ox.Quad(item, term("schema:description"), text, wikidata)
    for number in range(names // 5):
        stance = ox.NamedNode(f"{BASE}id/stance/{number:x}")
        yield ox.Quad(stance, kind, ox.NamedNode(f"{ST}Stance"), graph)
        for side in ("st:holder", "st:target"):  # a few are in the news every day, most once
            agent = ox.NamedNode(f"{BASE}id/entity/k{int(draw.random() ** 4 * things) + 1}")
            yield ox.Quad(stance, term(side), agent, graph)


def memory() -> dict[str, int]:
    """Resident memory of this process, now and at its highest, in MB."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    lines = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    names = {"server_resident_mb": "VmRSS", "server_peak_mb": "VmHWM"}
    return {name: int(lines[line].split()[0]) // 1024 for name, line in names.items()}


def serve(folder: Path) -> None:
    """Serve the base; say on standard output what building cost, and build again for each line that comes in."""
    with EmbeddedStore.open_snapshot(folder) as store:
        before = memory()["server_resident_mb"]
        app = create_app(store, Settings(base_iri=BASE))
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
        threading.Thread(target=server.run, daemon=True).start()
        while not server.started:
            time.sleep(0.05)
        tables, builder = app.state.index.tables, resource.getrusage(resource.RUSAGE_CHILDREN)
        told = {
            "port": server.servers[0].sockets[0].getsockname()[1],
            "reading_s": round(tables.reading, 1),
            "making_s": round(tables.making, 1),
            "builder_processor_s": round(builder.ru_utime + builder.ru_stime, 1),
            "builder_peak_mb": builder.ru_maxrss // 1024,
            "things": sum(len(tables[kind]) for kind in Kind),
            "names": sum(len(tables[kind].names) for kind in Kind),
            "tables_mb": round(sum(tables[kind].nbytes for kind in Kind) / 1e6),
            "server_before_mb": before,
            **memory(),
        }
        del tables
        print(json.dumps(told), flush=True)
        for _ in sys.stdin:
            app.state.index.refresh()
            print(json.dumps(memory()), flush=True)


def milliseconds(ask: Callable[[str], object], texts: list[str]) -> dict[str, float]:
    """Median and 99th percentile of asking for each text."""
    times = []
    for text in texts:
        began = time.perf_counter()
        ask(text)
        times.append((time.perf_counter() - began) * 1000)
    times.sort()
    return {"median_ms": round(statistics.median(times), 2), "p99_ms": round(times[int(len(times) * 0.99)], 2)}


def slip(name: str, draw: random.Random) -> str:
    place = draw.randrange(max(1, len(name) - 1))
    return name[:place] + name[place + 1 : place + 2] + name[place : place + 1] + name[place + 2 :]


def measure(port: int, names: list[str], draw: random.Random, child: subprocess.Popen[str]) -> dict[str, object]:
    """Ask the server as its users do."""
    found: dict[str, object] = {}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120) as http:

        def get(path: str, **params: str) -> None:
            http.get(path, params=params).raise_for_status()

        get("/complete", q="a")
        for length in PREFIX_LENGTHS:
            words = [draw.choice(name.split()) if length < 8 else name for name in draw.choices(names, k=ROUNDS)]
            asked = [word[:length] for word in words]
            found[f"complete, {length} letters"] = milliseconds(lambda text: get("/complete", q=text), asked)
        typed = [slip(name, draw) for name in draw.choices(names, k=ROUNDS)]
        found["complete, 3 letters and a type"] = milliseconds(
            lambda text: get("/complete", q=text[:3], type="Country"), typed
        )
        found["fuzzy"] = milliseconds(lambda text: get("/entities", q=text, fuzzy="true"), typed)
        found["part of a name"] = milliseconds(lambda text: get("/entities", q=text[1:6]), typed[:50])
        found["health, for comparison"] = milliseconds(lambda text: get("/health"), typed)
        size = http.get("/reconcile").json()["batchSize"]
        rows = draw.choices(names, k=RECONCILED)
        rows = [slip(name, draw) if number % 10 < 3 else name for number, name in enumerate(rows)]
        right, began = 0, time.perf_counter()
        for start in range(0, RECONCILED, size):
            batch = {f"q{n}": {"query": name} for n, name in enumerate(rows[start : start + size])}
            answer = http.post("/reconcile", data={"queries": json.dumps(batch)}).raise_for_status().json()
            right += sum(bool(found["result"]) for found in answer.values())
        found["reconcile"] = {
            "names": RECONCILED,
            "seconds": round(time.perf_counter() - began, 2),
            "with_candidates": right,
        }
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write("again\n")
        child.stdin.flush()
        done: list[str] = []
        waiting = threading.Thread(target=lambda: done.append(child.stdout.readline() if child.stdout else ""))
        waiting.start()
        while_built: list[float] = []
        while waiting.is_alive():
            while_built.append(
                milliseconds(lambda text: get("/complete", q=text), [draw.choice(names)[:3]])["median_ms"]
            )
        while_built.sort()
        found["complete, 3 letters, while tables are built anew"] = {
            "median_ms": statistics.median(while_built),
            "p99_ms": while_built[int(len(while_built) * 0.99)],
        }
        found["built anew"] = json.loads(done[0])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--names", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="where the base stays (default: a temporary folder)")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    if arguments.serve:
        serve(arguments.serve)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary) / "base"
        if not folder.exists():
            store = ox.Store(str(folder))
            store.bulk_extend(quads(arguments.names, random.Random(1)))
            store.flush()
            del store
        draw = random.Random(2)
        with EmbeddedStore.open_snapshot(folder) as whole:
            rows = select(whole, "SELECT ?n WHERE { ?e rdfs:label ?n }", "n")
            labels = sorted(row[0].value for row in rows if row[0] is not None)
            names = draw.sample(labels, min(20_000, len(labels)))
            del rows
        command = [sys.executable, __file__, "--serve", str(folder)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
            try:
                assert child.stdout is not None
                result = json.loads(child.stdout.readline())
                result |= measure(result.pop("port"), names, draw, child)
            finally:
                child.kill()
    print(json.dumps(result) if arguments.json else "\n".join(f"{k:50}{v}" for k, v in result.items()))


if __name__ == "__main__":
    main()
