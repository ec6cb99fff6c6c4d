"""Every QID that ships is an item of the local subsets of Wikidata, with our label and a type that fits."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kb.linking.index import load_index

ROOT = Path(__file__).resolve().parents[2]
SUBSETS = ROOT.parent / "shared" / "data" / "wikidata"


def test_shipped_qids_are_in_the_subsets() -> None:
    if not SUBSETS.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{SUBSETS} is absent")
        pytest.skip(f"{SUBSETS} is absent")
    script = ROOT / "tools" / "check_entities.py"
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def test_index_is_of_a_useful_size() -> None:
    index = load_index()
    assert len(index) >= 1500
    assert len({entry.type for entry in index}) >= 7


def test_no_person_is_known_by_a_first_name_or_a_common_word() -> None:
    lone = {n for e in load_index() if e.type.value == "person" for n in e.names if " " not in n}
    assert not lone & {"David", "Paul", "John", "Hope", "May", "Bush", "Brown", "Rice", "Clinton", "Cameron"}
    assert len(lone) < 60


def test_countries_have_demonyms_and_capitals() -> None:
    index = load_index()
    assert len(index.capitals) >= 190
    assert all(index.country_of_demonym(w) is not None for w in ("French", "Kenyan", "Syrians", "Kosovar", "Scottish"))
