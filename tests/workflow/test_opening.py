"""Opening a store: made when there is none, with a passphrase or the keyring, and what was left behind taken up."""

from __future__ import annotations

from pathlib import Path

import pytest

from soep.config import Settings
from soep.errors import InputError, StoreLockedError
from soep.store import keys
from soep.types import Status
from soep.workflow import intake, keeping
from soep.workflow.opening import change_passphrase, open_desk
from tests.store.test_keys import Ring, ring
from tests.stores import AGREED, CHEAP, PASSPHRASE, second

__all__ = ["ring"]  # the keyring in memory


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys.create, "__defaults__", (CHEAP,))
    monkeypatch.setattr(keys.change_passphrase, "__defaults__", (CHEAP,))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "wachtwoord").write_text(f"{PASSPHRASE}\nmeer\n", "utf-8")
    return Settings(home=tmp_path / "soep", passphrase_file=tmp_path / "wachtwoord")


def test_the_user_is_asked_twice_for_a_new_passphrase_and_once_for_an_old_one(tmp_path: Path) -> None:
    asked: list[bool] = []

    def ask(new: bool) -> str:
        asked.append(new)
        return PASSPHRASE

    settings = Settings(home=tmp_path / "soep")
    open_desk(settings, ask).store.close()
    open_desk(settings, ask).store.close()
    assert asked == [True, False]
    with pytest.raises(StoreLockedError, match="vergrendeld"):
        open_desk(settings, None)


def test_a_store_is_only_made_when_something_comes_into_it(settings: Settings) -> None:
    with pytest.raises(InputError, match="nog geen opslag"):
        open_desk(settings, None, make=False)
    assert not settings.home.exists()


def test_the_keyring_needs_no_passphrase(tmp_path: Path, ring: Ring) -> None:
    settings = Settings(home=tmp_path / "soep", store={"keyring": True})  # type: ignore[arg-type]
    open_desk(settings, None).store.close()
    open_desk(settings, None).store.close()
    assert len(ring.kept) == 1


def test_openings_good_and_bad_stand_in_the_log(settings: Settings, tmp_path: Path) -> None:
    open_desk(settings, None).store.close()
    (tmp_path / "ander").write_text("iets heel anders", "utf-8")
    with pytest.raises(StoreLockedError):
        open_desk(settings.model_copy(update={"passphrase_file": tmp_path / "ander"}), None)
    desk = open_desk(settings, None)
    assert [entry.action for entry in keeping.log(desk)] == ["unlock", "failed unlock", "unlock"]
    assert keys.failures(settings.home) == []


def test_a_passphrase_file_that_is_not_there_is_told(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(StoreLockedError, match="kan niet gelezen"):
        open_desk(settings.model_copy(update={"passphrase_file": tmp_path / "weg"}), None)


def test_the_passphrase_changes(settings: Settings) -> None:
    open_desk(settings, None).store.close()
    typed = Settings(home=settings.home)
    with pytest.raises(StoreLockedError):
        change_passphrase(typed, lambda new: "iets heel anders")
    change_passphrase(typed, lambda new: "nog iets heel anders" if new else PASSPHRASE)
    desk = open_desk(typed, lambda new: "nog iets heel anders")
    actions = ["unlock", "failed unlock", "unlock", "passphrase", "unlock"]
    assert [entry.action for entry in keeping.log(desk)] == actions


def test_a_store_of_the_keyring_gets_a_passphrase(tmp_path: Path, ring: Ring) -> None:
    settings = Settings(home=tmp_path / "soep", store={"keyring": True})  # type: ignore[arg-type]
    open_desk(settings, None).store.close()
    change_passphrase(settings, lambda new: PASSPHRASE)
    assert ring.kept == {}
    open_desk(settings, lambda new: PASSPHRASE).store.close()


def test_a_change_of_passphrase_looks_at_the_log_too(settings: Settings) -> None:
    open_desk(settings, None).store.close()
    (settings.home / "store.head").unlink()
    change_passphrase(settings, lambda new: "nog iets heel anders")
    desk = open_desk(Settings(home=settings.home), lambda new: "nog iets heel anders")
    assert [finding.kind for finding in keeping.verify_log(desk)] == ["no head"]


def test_what_was_cut_off_is_taken_up(settings: Settings) -> None:
    desk = open_desk(settings, None)
    consult_id = intake.begin(desk, AGREED)
    intake.add_sound(desk, consult_id, second())
    desk.store.close()
    assert open_desk(settings, None).peek(consult_id).status is Status.PROCESSING
