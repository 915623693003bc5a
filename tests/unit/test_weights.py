"""Weights on disk: the shipped manifest, and what `require` takes and refuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from soep.config import DraftingSettings, SpeechSettings
from soep.errors import InputError, WeightsError
from soep.weights import installed
from soep.weights.installed import STAMP_NAME, State, check, require, state
from soep.weights.manifest import DEFAULT_PROFILE, HubSource, Manifest, Model, ModelFile, PypiSource, load_manifest

CONTENT = {"model.bin": b"weights " * 1000, "sub/config.json": b"{}"}


def make_model(*, pickle: bool = False) -> Model:
    files = tuple(
        ModelFile(name, len(content), sha256(content).hexdigest(), pickle) for name, content in CONTENT.items()
    )
    return Model("tiny", "Tiny", "asr", "MIT", ("nl",), 1, True, files, ())


def stage(model: Model, folder: Path) -> Path:
    for name, content in CONTENT.items():
        path = folder / model.id / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder / model.id


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Model:
    model = make_model()
    monkeypatch.setattr(installed, "load_manifest", lambda: Manifest({model.id: model}, {}))
    return model


class TestManifest:
    def test_default_settings_are_covered_by_the_default_profile(self) -> None:
        manifest = load_manifest()
        ids = {model.id for model in manifest.choose([DEFAULT_PROFILE])}
        speech = SpeechSettings()
        assert ids == {speech.asr_model, speech.segmentation_model, speech.embedding_model}
        assert DraftingSettings().llm_model in manifest.profiles["taalmodel"].models

    @pytest.mark.parametrize("model", load_manifest().models.values(), ids=lambda model: model.id)
    def test_every_model_is_complete(self, model: Model) -> None:
        assert model.files
        assert model.sources
        for file in model.files:
            assert len(bytes.fromhex(file.sha256)) == 32
            assert file.size_bytes > 0
        for source in model.sources:
            if isinstance(source, PypiSource):
                assert set(source.parts) == {file.name for file in model.files}
                assert all("==" in wheel for wheel in source.wheels)
            if isinstance(source, HubSource):
                assert set(source.names) <= {file.name for file in model.files}

    @pytest.mark.parametrize("model", load_manifest().models.values(), ids=lambda model: model.id)
    def test_every_model_is_in_two_places_or_says_why_not(self, model: Model) -> None:
        kinds = {type(source) for source in model.sources}
        assert bool(model.only_source) == (len(kinds) == 1)

    def test_the_default_profile_is_in_two_places(self) -> None:
        assert not [model.id for model in load_manifest().choose([DEFAULT_PROFILE, "taalmodel"]) if model.only_source]

    def test_torch_checkpoints_are_marked_as_pickles(self) -> None:
        for model in load_manifest().models.values():
            for file in model.files:
                if file.name.endswith((".pt", "pytorch_model.bin", ".npz")):
                    assert file.pickle, f"{model.id}/{file.name}"

    def test_profiles_name_models_and_choose_gives_each_once(self) -> None:
        manifest = load_manifest()
        for profile in manifest.profiles.values():
            assert [model.id for model in manifest.choose([profile.name, *profile.models])] == list(profile.models)

    def test_unknown_name_is_wrong_use(self) -> None:
        with pytest.raises(InputError, match="bestaat-niet") as caught:
            load_manifest().choose(["bestaat-niet"])
        assert caught.value.exit_code == 2


class TestRequire:
    def test_files_staged_by_hand_are_hashed_and_stamped(self, model: Model, tmp_path: Path) -> None:
        home = stage(model, tmp_path)
        found = require("tiny", tmp_path)
        assert found.path("model.bin").read_bytes() == CONTENT["model.bin"]
        assert found.sha256 == sha256(CONTENT["model.bin"]).hexdigest()
        assert set(json.loads((home / STAMP_NAME).read_text("utf-8"))) == set(CONTENT)

    def test_missing_names_the_command(self, model: Model, tmp_path: Path) -> None:
        with pytest.raises(WeightsError, match="soep models install tiny") as caught:
            require(model.id, tmp_path)
        assert caught.value.exit_code == 3

    def test_changed_content_of_the_same_size_is_refused(self, model: Model, tmp_path: Path) -> None:
        home = stage(model, tmp_path)
        require("tiny", tmp_path)
        (home / "model.bin").write_bytes(b"WEIGHTS " * 1000)
        with pytest.raises(WeightsError, match="beschadigd"):
            require("tiny", tmp_path)

    def test_half_written_file_is_refused(self, model: Model, tmp_path: Path) -> None:
        home = stage(model, tmp_path)
        (home / "model.bin").write_bytes(CONTENT["model.bin"][:100])
        assert state(model, tmp_path) is State.DAMAGED
        with pytest.raises(WeightsError):
            require("tiny", tmp_path)

    def test_absent_file_is_refused(self, model: Model, tmp_path: Path) -> None:
        home = stage(model, tmp_path)
        (home / "sub/config.json").unlink()
        with pytest.raises(WeightsError, match=r"config\.json"):
            require("tiny", tmp_path)

    def test_stamp_spares_reading_again(self, model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        stage(model, tmp_path)
        require("tiny", tmp_path)
        monkeypatch.setattr(installed, "file_sha256", _never)
        require("tiny", tmp_path)

    def test_pickles_are_read_again_every_time(self, tmp_path: Path) -> None:
        model = make_model(pickle=True)
        home = stage(model, tmp_path)
        check(model, tmp_path)
        times = (home / "model.bin").stat()
        (home / "model.bin").write_bytes(b"WEIGHTS " * 1000)
        os.utime(home / "model.bin", ns=(times.st_atime_ns, times.st_mtime_ns))
        with pytest.raises(WeightsError, match="beschadigd"):
            check(model, tmp_path)

    @pytest.mark.parametrize("stamp", ["", "[1, 2]", '{"model.bin": 7}', "\x00"])
    def test_broken_stamp_is_ignored(self, model: Model, tmp_path: Path, stamp: str) -> None:
        home = stage(model, tmp_path)
        (home / STAMP_NAME).write_text(stamp, "utf-8")
        assert require("tiny", tmp_path).id == "tiny"

    def test_forged_stamp_for_other_content_is_refused(self, model: Model, tmp_path: Path) -> None:
        """A stamp counts only for the checksum that the manifest asks for."""
        home = stage(model, tmp_path)
        (home / "model.bin").write_bytes(b"WEIGHTS " * 1000)
        stat = (home / "model.bin").stat()
        stamp = {"model.bin": [stat.st_size, stat.st_mtime_ns, sha256(b"WEIGHTS " * 1000).hexdigest()]}
        (home / STAMP_NAME).write_text(json.dumps(stamp), "utf-8")
        with pytest.raises(WeightsError, match="beschadigd"):
            require("tiny", tmp_path)

    @pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root writes everywhere")
    def test_read_only_folder_is_used_without_stamp(self, model: Model, tmp_path: Path) -> None:
        home = stage(model, tmp_path)
        home.chmod(0o500)
        try:
            assert require("tiny", tmp_path).id == "tiny"
        finally:
            home.chmod(0o700)


def test_require_imports_nothing_heavy() -> None:
    code = (
        "import sys, soep.weights; "
        "sys.exit(bool({'torch', 'numpy', 'huggingface_hub', 'rich', 'filelock', 'http.client'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def _never(*_arguments: object) -> str:
    raise AssertionError("this file was read again")
