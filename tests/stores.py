"""Stores for tests: quick to open, with a clock that the test moves, and their pages as plain bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from soep.config import PracticeSettings, Settings
from soep.jobs import Result
from soep.store import Store, keys
from soep.store.database import DATABASE_FILE
from soep.store.keys import StoreKey
from soep.types import About, Consent, ConsentBy, Consult, Role, SoepNote, Transcript
from soep.workflow import Desk, intake
from tests.factories import MOMENT, line, transcript

PASSPHRASE = "vier losse woorden samen"
CHEAP = keys.Cost(passes=1, memory_kib=64, lanes=1)
PAGE, RESERVED, SALT = 4096, 80, 16
WAL_HEADER, FRAME_HEADER = 32, 24
AGREED = Consent(ConsentBy.PATIENT, MOMENT)


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    at: datetime = MOMENT

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, **time: float) -> None:
        self.at += timedelta(**time)


@dataclass
class Office:
    """A desk with its folder, key and clock."""

    folder: Path
    key: StoreKey
    desk: Desk
    clock: Clock = field(default_factory=Clock)

    def again(self) -> Desk:
        """Close the store and open it once more."""
        self.desk.store.close()
        self.desk = Desk(Store(self.folder, self.key), self.desk.settings, self.clock)
        return self.desk

    def as_(self, role: str) -> Desk:
        """The same desk, with somebody else at it."""
        practice = PracticeSettings(user="piet", responsible="dokter Jansen", role=role)  # type: ignore[arg-type]
        return Desk(self.desk.store, self.desk.settings.model_copy(update={"practice": practice}), self.clock)


def office(folder: Path, **settings: Any) -> Office:
    key = keys.create(_made(folder), PASSPHRASE, CHEAP)
    clock = Clock()
    values = {"home": folder, "practice": PracticeSettings(user="jansen"), **settings}
    return Office(folder, key, Desk(Store(folder, key, create=True), Settings(**values), clock), clock)


def _made(folder: Path) -> Path:
    keys.new_store_folder(folder)
    return folder


def second(tone: float = 0.1) -> np.ndarray:
    """A second of sound that can be told from others."""
    return np.full(16_000, tone, np.float32)


SAID: Transcript = transcript(
    (Role.ARTS, "Wat kan ik voor u doen?"),
    (Role.PATIENT, "Ik heb sinds vijf dagen keelpijn."),
    (Role.ARTS, "Het is een keelontsteking. Neem paracetamol."),
)


def result(*notes: SoepNote, said: Transcript = SAID, **values: Any) -> Result:
    """What the engine gives."""
    return Result(Consult("x", MOMENT, transcript=said, draft=notes or (throat(),), **values))


def throat(**values: Any) -> SoepNote:
    return SoepNote(
        **({"problem": line("Keelpijn", 2), "S": (line("5 dgn keelpijn.", 2),), "P": (line("Pcm.", 3),)} | values)
    )


WHO = About("Rode trui", "kaart 12345")
"""Long enough that neither stands by chance in what is encrypted."""


def recorded(desk: Desk, seconds: int = 3, about: About = WHO) -> str:
    """A consult whose sound is in the store."""
    consult_id = intake.begin(desk, AGREED, about)
    for _each in range(seconds):
        intake.add_sound(desk, consult_id, second())
    intake.end_of_sound(desk, consult_id)
    return consult_id


def drafted(desk: Desk, *notes: SoepNote, **values: Any) -> str:
    """A consult with a draft."""
    consult_id = recorded(desk)
    intake.processed(desk, consult_id, result(*notes, **values))
    return consult_id


def plain_pages(folder: Path, key: StoreKey) -> Iterator[bytes]:
    """Every page of the database and every frame of its log, deciphered: used, free, or left behind.

    SQLCipher 4 with a raw key: AES-256-CBC; each page ends with its IV (16 bytes) and HMAC (64), and the first
    begins with the salt.
    """
    database = (folder / DATABASE_FILE).read_bytes()
    for number in range(len(database) // PAGE):
        yield _deciphered(database[number * PAGE : (number + 1) * PAGE], key, first=number == 0)
    wal = folder / f"{DATABASE_FILE}-wal"
    frames = wal.read_bytes()[WAL_HEADER:] if wal.exists() else b""
    size = FRAME_HEADER + PAGE
    for start in range(0, len(frames) - size + 1, size):
        frame = frames[start : start + size]
        first = int.from_bytes(frame[:4], "big") == 1
        yield _deciphered(frame[FRAME_HEADER:], key, first=first)


def _deciphered(page: bytes, key: StoreKey, *, first: bool) -> bytes:
    body, iv = page[SALT if first else 0 : PAGE - RESERVED], page[PAGE - RESERVED : PAGE - RESERVED + 16]
    decryptor = Cipher(algorithms.AES(key.database), modes.CBC(iv)).decryptor()
    return decryptor.update(body) + decryptor.finalize()


def found_in(folder: Path, key: StoreKey, marker: bytes) -> int:
    """How often a marker stands in the pages and frames of the store."""
    return sum(page.count(marker) for page in plain_pages(folder, key))
