from __future__ import annotations

from pathlib import Path

import pytest

from soep import settings_file
from soep.config import config_file, load_settings
from soep.errors import DeviceError, InputError


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("HOME", "XDG_CONFIG_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    found = config_file()
    if not found.is_relative_to(tmp_path):
        pytest.skip("this system does not take the folder of settings from a variable")
    return found


def test_a_first_setting_makes_the_file(file: Path) -> None:
    assert settings_file.change({("interface", "theme"): "licht"}).interface.theme == "licht"
    assert load_settings().interface.theme == "licht"
    assert file.read_text("utf-8") == '[interface]\ntheme = "licht"\n'


def test_comments_and_unknown_values_stay(file: Path) -> None:
    file.parent.mkdir(parents=True)
    before = '# van de praktijk\nvreemd = 3\n\n[drafting]\nlength = "kort" # zo houden we het\n'
    file.write_text(before, "utf-8")
    settings_file.change({("drafting", "length"): "normaal", ("store", "lock_after_min"): 5.0})
    assert file.read_text("utf-8") == before.replace('"kort"', '"normaal"') + "\n[store]\nlock_after_min = 5.0\n"


def test_a_setting_can_go_back_to_its_default(file: Path) -> None:
    settings_file.change({("interface", "keys", "today.record"): "f2"})
    assert settings_file.change({("interface", "keys", "today.record"): None}).interface.keys == {}
    assert settings_file.change({("speech", "beam_size"): None}).speech.beam_size == 5


def test_a_wrong_value_is_not_written(file: Path) -> None:
    settings_file.change({("interface", "theme"): "licht"})
    before = file.read_bytes()
    with pytest.raises(InputError, match="lock_after_min"):
        settings_file.change({("interface", "theme"): "donker", ("store", "lock_after_min"): 0.0})
    assert file.read_bytes() == before


def test_a_variable_stands_above_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not settings_file.fixed_by(("interface", "theme"))
    monkeypatch.setenv("SOEP_INTERFACE__THEME", "licht")
    assert settings_file.fixed_by(("interface", "theme")) == "SOEP_INTERFACE__THEME"
    assert settings_file.change({("interface", "theme"): "donker"}).interface.theme == "licht"


def test_a_file_that_is_no_toml_is_left_alone(file: Path) -> None:
    file.parent.mkdir(parents=True)
    file.write_text("theme = licht", "utf-8")
    with pytest.raises(InputError, match="TOML"):
        settings_file.change({("interface", "theme"): "licht"})
    assert file.read_text("utf-8") == "theme = licht"


def test_a_folder_that_refuses_is_told_and_leaves_nothing(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings_file.change({("interface", "theme"): "licht"})

    def refuse(_path: Path, _target: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(DeviceError, match="instellingen"):
        settings_file.change({("interface", "theme"): "donker"})
    assert list(file.parent.iterdir()) == [file]
    assert load_settings().interface.theme == "licht"
