"""Makes the pictures of the documents from those that the tests keep (pip install cairosvg).

The tests compare SVG; a README shows PNG more reliably.  The font is DejaVu Sans Mono, whose cells the SVG is laid out
for within a percent.
"""

from __future__ import annotations

import re
from pathlib import Path

import cairosvg  # type: ignore[import-not-found,unused-ignore]

REPOSITORY = Path(__file__).parent.parent
KEPT = REPOSITORY / "tests" / "tui" / "pictures"
SHOWN = REPOSITORY / "docs" / "images"
WANTED = [
    "vandaag",
    "eerste-wachtwoord",
    "toestemming",
    "opnemen",
    "inlezen",
    "consult",
    "wijzigingen",
    "dictaat",
    "goedkeuren",
    "goedgekeurd",
    "bewaren",
    "brief",
    "instellingen",
    "cijfers",
    "help",
]
SCALE = 0.9


def main() -> None:
    """One PNG a screen."""
    for name in WANTED:
        drawn = (KEPT / f"{name}-120-donker.svg").read_text("utf-8")
        drawn = re.sub(r"@font-face\s*\{[^}]*\}", "", drawn).replace("Fira Code", "DejaVu Sans Mono")
        target = SHOWN / f"{name}.png"
        cairosvg.svg2png(bytestring=drawn.encode(), write_to=str(target), scale=SCALE)
        print(target.relative_to(REPOSITORY), target.stat().st_size // 1024, "kB")


if __name__ == "__main__":
    main()
