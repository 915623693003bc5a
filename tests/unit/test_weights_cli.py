"""`soep models`: what it prints, and its exit codes."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

from soep.cli import models as models_cli
from soep.cli.main import run
from soep.weights import fetch
from soep.weights.manifest import Manifest, Model, ModelFile, Profile, UrlSource

CONTENT = b"weights"


def make_model(model_id: str, *, verified: bool = True) -> Model:
    files = (ModelFile("model.bin", len(CONTENT), sha256(CONTENT).hexdigest()),)
    nowhere = UrlSource({"model.bin": "http://127.0.0.1:9/model.bin"})  # the discard port: nobody answers
    return Model(model_id, model_id.title(), "asr", "MIT", ("nl",), 1, verified, files, (nowhere,))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A models folder with one of two models installed."""
    manifest = Manifest(
        {"klein": make_model("klein"), "groot": make_model("groot", verified=False)},
        {"standaard": Profile("standaard", "Klein", ("klein",))},
    )
    monkeypatch.setattr(models_cli, "load_manifest", lambda: manifest)
    monkeypatch.setattr(fetch, "load_manifest", lambda: manifest)
    monkeypatch.setenv("SOEP_MODELS", str(tmp_path))
    (tmp_path / "klein").mkdir()
    (tmp_path / "klein/model.bin").write_bytes(CONTENT)
    return tmp_path


def test_list_as_json_goes_to_stdout(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", "list", "--json"]) == 0
    out, err = capsys.readouterr()
    listed = json.loads(out)
    assert {model["id"]: model["state"] for model in listed["models"]} == {"klein": "present", "groot": "missing"}
    assert listed["folder"] == str(folder)
    assert not err


def test_list_for_people(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", "list"]) == 0
    out = capsys.readouterr().out
    assert "klein" in out
    assert str(folder) in out.replace("\n", "")


def test_list_tells_what_is_in_one_place_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", "list"]) == 0
    out = capsys.readouterr().out
    assert "gemma-3-270m-q4 †" in out
    assert "† gemma-3-270m-q4: alleen op de Python-pakketindex" in out


def test_install_of_what_is_there_uses_no_network(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", "install"]) == 0
    assert "Alles was al geïnstalleerd" in capsys.readouterr().err


def test_install_warns_of_what_was_not_tried_here(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", "install", "groot"]) == 3
    err = capsys.readouterr().err
    assert "niet beproefd" in err
    assert "soep models install groot" in err
    assert not (folder / "groot").exists()


def test_unknown_name_is_wrong_use(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", "install", "reusachtig"]) == 2
    assert "reusachtig" in capsys.readouterr().err


def test_verify_reads_everything_again(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", "verify"]) == 0
    (folder / "klein/model.bin").write_bytes(CONTENT[::-1])
    assert run(["models", "verify"]) == 3
    err = capsys.readouterr().err
    assert "FOUT   klein" in err
    assert "soep models install klein" in err


def test_verify_of_what_is_missing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", "verify", "groot"]) == 3
    assert "niet geïnstalleerd" in capsys.readouterr().err


def test_remove(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", "remove", "klein"]) == 0
    assert not (folder / "klein").exists()
    assert run(["models", "remove", "klein"]) == 0
    assert "was niet geïnstalleerd" in capsys.readouterr().err


def test_remove_wants_names_or_all(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", "remove"]) == 2
    assert run(["models", "remove", "--all"]) == 0
    assert not (folder / "klein").exists()
