"""Opens each screen and prints what Dutch messages it shows: `SOEP_LANG=en python -m tests.tui.english FOLDER`.

A process of its own: what keys are called is fixed in the language in which the modules are imported.
"""

from __future__ import annotations

import html
import re
import sys
from pathlib import Path

from babel.messages.pofile import read_po
from textual.pilot import Pilot

from soep.i18n import LOCALE_DIR
from tests.tui.driving import WIDE, drive_day
from tests.tui.test_pictures import SCREENS, picture, settled

_WORDS = 4
"""Of a long message: it may be cut where the line ends."""


def dutch() -> dict[str, re.Pattern[str]]:
    """Every message that differs in English, as it may be found on a screen."""
    with (LOCALE_DIR / "en" / "LC_MESSAGES" / "soep.po").open("rb") as file:
        catalogue = read_po(file, locale="en")
    found = {}
    for message in catalogue:
        text = message.id if isinstance(message.id, str) else message.id[0]
        english = message.string if isinstance(message.string, str) else message.string[0]
        words = " ".join(re.split(r"\{.*?\}", text)[0].split()[:_WORDS])
        if len(words) > 3 and words.casefold() not in english.casefold():
            found[text] = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)")
    return found


def main() -> int:
    """The exit code is 1 when there was any."""
    known, failed = dutch(), False
    for name, shot in SCREENS.items():
        seen: list[str] = []

        async def scenario(pilot: Pilot[None], scene=shot.scene, seen=seen) -> None:  # type: ignore[no-untyped-def]
            await scene(pilot)
            await settled(pilot)
            rows: dict[str, str] = {}
            for line, text in re.findall(r'<text [^>]*y="([\d.]+)"[^>]*>([^<]*)</text>', picture(pilot)):
                rows[line] = rows.get(line, "") + html.unescape(text).replace("\xa0", " ")
            seen.extend(rows.values())

        home = Path(sys.argv[1]) / name / "soep"
        home.parent.mkdir()
        drive_day(shot.store(home).desk, scenario, WIDE, shot.engine())
        text = "\n".join(seen)
        for message, pattern in known.items():
            if pattern.search(text):
                sys.stdout.write(f"{name}: {message}\n")
                failed = True
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
