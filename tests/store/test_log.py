"""The access log: whatever is done to it shows."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from soep.store import Store
from soep.store.database import DATABASE_FILE, HEAD_FILE, connected
from soep.store.head import Mark
from soep.store.log import Action
from soep.types import About
from soep.workflow import intake, keeping
from soep.workflow.opening import open_desk
from tests.factories import MOMENT
from tests.stores import AGREED, PASSPHRASE, Office, drafted, office

Damage = Callable[[Any, random.Random], str]
ENTRIES = 60


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A store with a log of some length, closed; tests work on copies."""
    made = office(tmp_path_factory.mktemp("log") / "soep")
    consult_id = drafted(made.desk)
    while keeping.log_length(made.desk) < ENTRIES:
        made.desk.view(consult_id)
    made.desk.store.close()
    return made


def copy(kept: Office, folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(kept.folder, folder)
    return folder


def verified(kept: Office, folder: Path) -> list[str]:
    store = Store(folder, kept.key)
    try:
        head = store.head.read()
        with store.reading() as tables:
            return [finding.kind for finding in tables.log.verify(head)]
    finally:
        store.close()


def _without_triggers(connection: Any) -> None:
    connection.execute("DROP TRIGGER log_is_not_changed")
    connection.execute("DROP TRIGGER log_is_not_cut")


def flip_a_bit(connection: Any, draw: random.Random) -> str:
    number, column = draw.randint(1, ENTRIES), draw.choice(["entry", "mac"])
    value = connection.execute(f"SELECT {column} FROM log WHERE number = ?", (number,)).fetchone()[0]
    raw = bytearray(value.encode() if isinstance(value, str) else value)
    raw[draw.randrange(len(raw))] ^= 1 << draw.randrange(7)
    text = bytes(raw).decode("utf-8", "replace") if column == "entry" else bytes(raw)
    connection.execute(f"UPDATE log SET {column} = ? WHERE number = ?", (text, number))
    return "changed"


def take_one_out(connection: Any, draw: random.Random) -> str:
    connection.execute("DELETE FROM log WHERE number = ?", (draw.randint(1, ENTRIES - 1),))
    return "gap"


def take_one_out_and_renumber(connection: Any, draw: random.Random) -> str:
    number = draw.randint(1, ENTRIES - 1)
    connection.execute("DELETE FROM log WHERE number = ?", (number,))
    for later in range(number + 1, ENTRIES + 1):
        connection.execute("UPDATE log SET number = ? WHERE number = ?", (later - 1, later))
    return "changed"


def cut_the_tail(connection: Any, draw: random.Random) -> str:
    connection.execute("DELETE FROM log WHERE number > ?", (draw.randint(0, ENTRIES - 1),))
    return "cut or rolled back"


def swap_two(connection: Any, draw: random.Random) -> str:
    one, other = draw.sample(range(1, ENTRIES + 1), 2)
    first, second = (
        connection.execute("SELECT entry, mac FROM log WHERE number = ?", (number,)).fetchone()
        for number in (one, other)
    )
    connection.execute("UPDATE log SET entry = ?, mac = ? WHERE number = ?", (*second, one))
    connection.execute("UPDATE log SET entry = ?, mac = ? WHERE number = ?", (*first, other))
    return "changed"


def add_a_forgery(connection: Any, draw: random.Random) -> str:
    entry = connection.execute("SELECT entry FROM log WHERE number = ?", (draw.randint(1, ENTRIES),)).fetchone()[0]
    connection.execute("INSERT INTO log VALUES (?, ?, ?)", (ENTRIES + 1, entry, draw.randbytes(32)))
    return "changed"


DAMAGES: tuple[Damage, ...] = (
    flip_a_bit,
    take_one_out,
    take_one_out_and_renumber,
    cut_the_tail,
    swap_two,
    add_a_forgery,
)


def damaged(kept: Office, folder: Path, damage: Damage, draw: random.Random) -> tuple[str, list[str]]:
    """Somebody who has the key works on the database itself: what that should be called, and what is found."""
    copy(kept, folder)
    connection = connected(folder / DATABASE_FILE, kept.key)
    _without_triggers(connection)
    expected = damage(connection, draw)
    connection.close()
    return expected, verified(kept, folder)


@pytest.mark.parametrize("damage", DAMAGES)
def test_every_damage_is_found(kept: Office, tmp_path: Path, damage: Damage) -> None:
    expected, found = damaged(kept, tmp_path / "copy", damage, random.Random(7))
    assert expected in found


@pytest.mark.long
def test_a_thousand_damages_are_found(kept: Office, tmp_path: Path) -> None:
    draw = random.Random(11)
    missed = []
    for number in range(1000):
        damage = DAMAGES[number % len(DAMAGES)]
        _expected, found = damaged(kept, tmp_path / "copy", damage, draw)
        if not found:
            missed.append((number, damage.__name__))
    assert missed == []


def test_an_untouched_log_is_right(kept: Office, tmp_path: Path) -> None:
    assert verified(kept, copy(kept, tmp_path / "copy")) == []


def test_an_older_database_put_back_shows(tmp_path: Path) -> None:
    made = office(tmp_path / "soep")
    consult_id = drafted(made.desk)
    made.again()
    older = (made.folder / DATABASE_FILE).read_bytes()
    made.desk.view(consult_id)
    made.desk.store.close()
    for left in made.folder.glob(f"{DATABASE_FILE}*"):
        left.unlink()
    (made.folder / DATABASE_FILE).write_bytes(older)
    assert verified(made, made.folder) == ["cut or rolled back"]


def test_a_head_that_is_gone_or_forged_shows(kept: Office, tmp_path: Path) -> None:
    folder = copy(kept, tmp_path / "copy")
    (folder / HEAD_FILE).write_text('{"number": 3, "mac": "00", "signature": "00"}', "utf-8")
    assert verified(kept, folder) == ["no head"]
    (folder / HEAD_FILE).unlink()
    assert verified(kept, folder) == ["no head"]


def test_what_was_wrong_at_an_opening_stays_in_the_log(tmp_path: Path) -> None:
    """An older database put back, and then worked with until the log is longer than it ever was."""
    made = office(tmp_path / "soep")
    made.desk.store.close()
    settings = made.desk.settings.model_copy(update={"passphrase_file": tmp_path / "wachtwoord"})
    (tmp_path / "wachtwoord").write_text(PASSPHRASE, "utf-8")
    older = (made.folder / DATABASE_FILE).read_bytes()
    desk = open_desk(settings, None)
    consult_id = drafted(desk)
    desk.view(consult_id)
    desk.store.close()
    (made.folder / DATABASE_FILE).write_bytes(older)
    for _each in range(3):
        desk = open_desk(settings, None)
        for _again in range(10):
            drafted(desk)
        assert [finding.kind for finding in keeping.verify_log(desk)] == ["cut or rolled back"]
        desk.store.close()


def test_a_head_that_lags_is_right_and_one_of_another_history_is_not(tmp_path: Path) -> None:
    """A process killed between commit and head leaves the head behind."""
    made = office(tmp_path / "soep")
    consult_id = drafted(made.desk)
    behind = (made.folder / HEAD_FILE).read_bytes()
    made.desk.view(consult_id)
    (made.folder / HEAD_FILE).write_bytes(behind)
    assert keeping.verify_log(made.desk) == []
    with made.desk.store.reading() as tables:
        (finding,) = tables.log.verify(Mark(2, "00" * 32))
    assert finding.kind == "other history"


def test_the_log_cannot_be_changed_through_the_store(tmp_path: Path) -> None:
    made = office(tmp_path / "soep")
    drafted(made.desk)
    made.desk.store.close()
    connection = connected(made.folder / DATABASE_FILE, made.key)
    for statement in ("DELETE FROM log", "UPDATE log SET entry = ''"):
        with pytest.raises(Exception, match="append-only"):
            connection.execute(statement)
    connection.close()


def test_entries_say_who_did_what_for_whom(tmp_path: Path) -> None:
    made = office(tmp_path / "soep")
    first = intake.begin(made.as_("assistent"), AGREED, About("Keel", "kaart 12345"))
    other = intake.begin(made.desk, AGREED, About("Knie", "kaart 12345"))
    made.clock.pass_(hours=1)
    made.desk.view(first)
    entries = keeping.log(made.desk)
    assert [(one.user, one.responsible, one.action, one.object) for one in entries] == [
        ("piet", "dokter Jansen", Action.CREATE, first),
        ("jansen", "jansen", Action.CREATE, other),
        ("jansen", "jansen", Action.VIEW, first),
    ]
    assert {one.patient for one in entries} == {entries[0].patient}
    assert len(entries[0].patient) == 16
    assert "kaart" not in str(entries)
    assert "Keel" not in str(entries)
    assert [one.action for one in keeping.log(made.desk, consult=first)] == [Action.CREATE, Action.VIEW]
    assert len(keeping.log(made.desk, user="piet")) == 1
    assert len(keeping.log(made.desk, since=MOMENT + timedelta(minutes=5))) == 1
