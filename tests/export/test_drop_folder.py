"""The folder that the EHR reads: each approved note comes there exactly once, whatever fails on the way."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from soep.config import ExportSettings
from soep.errors import DeviceError, ExportError, WorkflowError
from soep.export import dropfolder
from soep.store.database import Store
from soep.types import Status
from soep.workflow import approval, delivery, keeping
from soep.workflow.delivery import deliver
from tests.factories import line
from tests.stores import Office, drafted, office, throat

ERRORS = (errno.ENOSPC, errno.EROFS, errno.EACCES, errno.ENOENT, errno.EIO, errno.ESTALE)
FAILURES, KILLS = 1000, 25


@pytest.fixture
def made(tmp_path: Path) -> Office:
    folder = tmp_path / "his"
    folder.mkdir()
    return office(tmp_path / "soep", export=ExportSettings(folder=folder, folder_format="json"))


def folder_of(made: Office) -> Path:
    assert made.desk.settings.export.folder is not None
    return made.desk.settings.export.folder


def approved(made: Office) -> str:
    consult_id = drafted(made.desk)
    approval.approve(made.desk, consult_id)
    return consult_id


def names(made: Office) -> list[str]:
    return sorted(path.name for path in folder_of(made).iterdir())


def test_a_file_and_its_receipt(made: Office) -> None:
    consult_id = approved(made)
    delivered = deliver(made.desk, consult_id)
    assert names(made) == [delivered.file.name, f"{delivered.file.name}.ok"]
    assert consult_id in delivered.file.name
    assert "kaart" not in delivered.file.name
    assert "Rode" not in delivered.file.name
    content = delivered.file.read_bytes()
    assert json.loads(content)["notes"][0]["S"][0]["text"] == "5 dgn keelpijn."
    receipt = json.loads((delivered.file.with_name(delivered.file.name + ".ok")).read_text())
    assert receipt["sha256"] == hashlib.sha256(content).hexdigest()
    assert made.desk.peek(consult_id).status is Status.EXPORTED
    assert [target for _at, target, _sha in approval.exports(made.desk, consult_id)] == ["map: json"]
    assert keeping.log(made.desk, consult=consult_id)[-1].detail == f"map: json {receipt['sha256']}"


def test_once_for_each_approval(made: Office) -> None:
    consult_id = approved(made)
    first = deliver(made.desk, consult_id)
    for path in folder_of(made).iterdir():  # the EHR took it
        path.unlink()
    again = deliver(made.desk, consult_id)
    assert (again.file, again.again) == (first.file, True)
    assert names(made) == []
    approval.withdraw_approval(made.desk, consult_id)
    made.clock.pass_(minutes=1)
    approval.approve(made.desk, consult_id)
    another = deliver(made.desk, consult_id)
    assert not another.again
    assert another.file != first.file
    assert len(names(made)) == 2


def test_only_what_is_approved_whole(made: Office) -> None:
    consult_id = drafted(made.desk, throat(), throat(problem=line("Knie", 2)))
    with pytest.raises(WorkflowError):
        deliver(made.desk, consult_id)
    approval.approve(made.desk, consult_id, [made.desk.peek(consult_id).working[0].id])
    with pytest.raises(WorkflowError, match="goedgekeurd"):
        deliver(made.desk, consult_id)
    approval.approve(made.desk, consult_id)
    with pytest.raises(WorkflowError, match="huisarts"):
        deliver(made.as_("assistent"), consult_id)
    assert names(made) == []
    deliver(made.desk, consult_id)


def test_no_folder_is_told_and_none_is_made(tmp_path: Path) -> None:
    made = office(tmp_path / "soep")
    with pytest.raises(ExportError, match="map"):
        deliver(made.desk, approved(made))
    gone = tmp_path / "netwerk" / "his"
    made = office(tmp_path / "andere", export=ExportSettings(folder=gone))
    with pytest.raises(DeviceError, match="his"):
        deliver(made.desk, approved(made))
    assert not gone.exists()


def test_fhir_where_there_is_an_exporter_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "exporter_names", lambda: ["fhir", "json"])
    assert delivery.form(ExportSettings()) == "fhir"
    monkeypatch.setattr(delivery, "exporter_names", lambda: ["json"])
    assert delivery.form(ExportSettings()) == "json"
    assert delivery.form(ExportSettings(folder_format="docx")) == "docx"


def test_half_a_file_of_a_killed_one_is_finished(made: Office) -> None:
    consult_id = approved(made)

    def half(file: Path, content: bytes) -> None:
        file.with_name(f".{file.name}.deel").write_bytes(content[:10])
        raise Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dropfolder, "place", half)
        with pytest.raises(Killed):
            deliver(made.desk, consult_id)
    deliver(made.desk, consult_id)
    assert len(names(made)) == 2


class Killed(BaseException):
    """The process is gone at this point: nothing after it is done."""


class Faults:
    """Fails at the n-th of the calls that can fail: those of the file system, and the ends of transactions."""

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw
        self.left = draw.randint(0, 24)
        self.hit = ""

    def pass_(self, name: str) -> None:
        self.left -= 1
        if self.left == 0:
            self.hit = name
            if self.draw.random() < 0.4:
                raise Killed
            if name != "transaction":
                raise OSError(self.draw.choice(ERRORS), "gespeeld")


@contextmanager
def failing(faults: Faults, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each call fails before it is done or after it."""

    class Os:
        def __getattr__(self, name: str) -> Any:
            real = getattr(os, name)
            if name not in {"open", "fsync", "replace"}:
                return real

            def call(*arguments: Any, **options: Any) -> Any:
                faults.pass_(name)
                done = real(*arguments, **options)
                if name != "open":
                    faults.pass_(name)
                return done

            return call

    transaction = Store.transaction

    @contextmanager
    def cut_off(store: Store) -> Iterator[Any]:
        faults.pass_("transaction")
        with transaction(store) as tables:
            yield tables
            faults.pass_("transaction")
        faults.pass_("transaction")

    real_read = Path.read_bytes

    def read(path: Path) -> bytes:
        faults.pass_("read")
        return real_read(path)

    with patch.context() as inner:
        inner.setattr(dropfolder, "os", Os())
        inner.setattr(Store, "transaction", cut_off)
        inner.setattr(Path, "read_bytes", read)
        yield


def take(folder: Path, taken: Counter[str]) -> None:
    """The EHR: takes each file that has a receipt, and looks whether it is whole."""
    for receipt in sorted(folder.glob("*.ok")):
        told = json.loads(receipt.read_text())
        file = folder / told["file"]
        assert hashlib.sha256(file.read_bytes()).hexdigest() == told["sha256"]
        taken[file.name.split("-")[1]] += 1
        file.unlink()  # the receipt last, as docs/his.md asks
        receipt.unlink()


def survive(made: Office, draw: random.Random, failures: int, patch: pytest.MonkeyPatch) -> Counter[str]:
    """Deliver consults until so many failures were met, with an EHR that takes what it may at any moment between."""
    folder, taken, hits, consults = folder_of(made), Counter[str](), Counter[str](), []
    while sum(hits.values()) < failures:
        made.clock.pass_(seconds=1)
        consult_id = approved(made)
        consults.append(consult_id)
        while True:
            faults = Faults(draw)
            try:
                with failing(faults, patch):
                    deliver(made.desk, consult_id)
                break
            except (DeviceError, Killed):
                assert faults.hit
                hits[faults.hit] += 1
            if draw.random() < 0.5:
                take(folder, taken)
            if draw.random() < 0.1:
                folder.rename(folder.with_name("weg"))
                with pytest.raises(DeviceError):
                    deliver(made.desk, consult_id)
                folder.with_name("weg").rename(folder)
        if draw.random() < 0.5:
            deliver(made.desk, consult_id)
    take(folder, taken)
    assert taken == Counter(consults)
    assert not [path for path in folder.iterdir() if not path.name.startswith(".")]
    for consult_id in consults:
        assert made.desk.peek(consult_id).status is Status.EXPORTED
        assert len(approval.exports(made.desk, consult_id)) == 1
    assert keeping.verify_log(made.desk) == []
    return hits


def test_each_comes_once_through_failures(made: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    hits = survive(made, random.Random(7), 40, monkeypatch)
    assert len(hits) > 3


@pytest.mark.long
def test_each_comes_once_through_a_thousand_failures(made: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    hits = survive(made, random.Random(11), FAILURES, monkeypatch)
    assert set(hits) == {"open", "fsync", "replace", "read", "transaction"}


@pytest.mark.long
def test_each_comes_once_through_real_kills(made: Office) -> None:
    draw, taken, consults = random.Random(3), Counter[str](), []
    for _each in range(KILLS):
        for _one in range(20):
            made.clock.pass_(seconds=1)
            consults.append(approved(made))
        key, folder = made.key.data.hex(), folder_of(made)
        command = [sys.executable, "-m", "tests.export.drop_worker", str(made.folder), str(folder), key, *consults]
        worker = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert worker.stdout is not None
        for _told in range(max(1, len(consults) - 20)):
            worker.stdout.readline()
        time.sleep(draw.uniform(0.0, 0.6))
        worker.kill()
        worker.wait()
        worker.stdout.close()
        take(folder, taken)
    for consult_id in consults:
        deliver(made.desk, consult_id)
    take(folder_of(made), taken)
    assert taken == Counter(consults)
    assert made.desk.store.damage() == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written(made: Office) -> None:
    consult_id = approved(made)
    folder_of(made).chmod(0o500)
    with pytest.raises(DeviceError, match="map"):
        deliver(made.desk, consult_id)
    folder_of(made).chmod(0o700)
    deliver(made.desk, consult_id)
    assert len(names(made)) == 2
