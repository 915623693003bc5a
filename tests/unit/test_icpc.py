from __future__ import annotations

from pathlib import Path

import pytest

from soep.clinical import icpc
from soep.errors import InputError


def table(tmp_path: Path, content: str | bytes) -> icpc.IcpcTable:
    file = tmp_path / "icpc.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return icpc.read_table(file)


def test_a_table_completes_codes_and_finds_titles(tmp_path: Path) -> None:
    found = table(
        tmp_path, 'ICPC;Titel;Versie\nR74;Acute infectie bovenste luchtwegen;5\n"R21";"Keelpijn"\n\nr05;Hoesten\n'
    )
    assert found.complete("r7") == "R74 Acute infectie bovenste luchtwegen"
    assert found.complete("") is None
    assert found.complete("X9") is None
    assert found.matches("luchtwegen acute", 5) == ["R74 Acute infectie bovenste luchtwegen"]
    assert found.matches("R", 2) == ["R05 Hoesten", "R21 Keelpijn"]
    assert found.matches(" ", 2) == []


def test_a_table_of_a_spreadsheet_on_windows_is_read(tmp_path: Path) -> None:
    assert table(tmp_path, "P76;Depressie à répétition\n".encode("cp1252")).titles == {"P76": "Depressie à répétition"}
    assert table(tmp_path, b"\xef\xbb\xbfP76;Depressie\r\n").titles == {"P76": "Depressie"}


@pytest.mark.parametrize("line", ["R745;Te lang", "R74", "R74;", "R74;" + "x" * 201, "I10;Geen letter", "R74;a\x1bb"])
def test_another_form_is_refused_with_the_line(tmp_path: Path, line: str) -> None:
    with pytest.raises(InputError, match="Regel 2 "):
        table(tmp_path, f"R21;Keelpijn\n{line}\n")


def test_a_table_has_limits(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="te groot"):
        table(tmp_path, b"x" * (icpc.MAX_BYTES + 1))
    codes = "\n".join(f"A{n // 100 % 100:02}.{n % 100:02};t" for n in range(10_000))
    assert len(table(tmp_path, codes).titles) == 10_000
    with pytest.raises(InputError, match="niet worden gelezen"):
        icpc.read_table(tmp_path / "nergens.csv")


def test_what_was_typed_begins_with_its_code() -> None:
    assert icpc.code_of(" r74 Acute infectie") == "R74"
    assert icpc.code_of("  ") is None
