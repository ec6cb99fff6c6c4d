"""A stance says which software and which weights it comes from, and what its confidence was fitted on."""

from __future__ import annotations

from pathlib import Path

from kb.runs import run_of
from kb.settings import Settings


def test_the_default_model_is_named_with_the_digest_of_its_weights() -> None:
    run = run_of(Settings())
    assert run.model == "default"
    assert len(run.digest) == 64
    assert "logistic regression" in run.calibration


def test_rules_alone_say_that_nothing_was_fitted() -> None:
    run = run_of(Settings(model="rules"))
    assert run.digest == ""
    assert "set by hand" in run.calibration


def test_another_folder_of_weights_is_another_run(tmp_path: Path) -> None:
    (tmp_path / "card.json").write_text("{}", encoding="utf-8")
    (tmp_path / "encoder.onnx").write_bytes(b"weights")
    run = run_of(Settings(model_folder=str(tmp_path)))
    assert run.model == tmp_path.name
    assert run.digest not in ("", run_of(Settings()).digest)
