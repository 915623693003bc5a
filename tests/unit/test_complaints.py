"""The title that a telegram line gives: the complaint at its place, without duration; empty rather than silly."""

import pytest

from soep.clinical import complaints


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("Al 3 wkn pijn in schouder re.", "pijn in schouder re"),
        ("5 wkn uitslag op romp.", "uitslag op romp"),
        ("Sinds 3 mnd zwelling in li lies, komt op als tilt.", "zwelling in li lies"),
        ("Sinds gisteren rode bultjes.", "rode bultjes"),
        ("Sinds 5 dgn keelpijn en hoest.", "keelpijn"),
        ("Rug doet pijn, 2 wkn.", "pijn rug"),
        ("Dikke enkel li, gisteren omgezwikt.", "Dikke enkel li"),
        ("Geen koorts, wel hoofdpijn.", "hoofdpijn"),
        ("1 wk duizelig.", "duizelig"),
        ("Pijn bij plassen, sinds maandag.", "Pijn bij plassen"),
    ],
)
def test_a_complaint_without_its_duration(line: str, title: str) -> None:
    assert complaints.complaint(line) == title


@pytest.mark.parametrize(
    "line",
    [
        "Gisteren, aan slijpen.",
        "Terug camping: 3 wkn Dordogne.",
        "Beetje dik.",
        "Geen koorts, keelpijn.",
        "Geen trekkingen, toeval, kramp in kuit wel 's nachts.",
        "Meer mensen in omgeving jeuk.",
        "Vrouw had hoofdpijn.",
        "Spierpijn 2 jr geleden.",
        "Ibuprofen tegen hoofdpijn.",
        "Bang voor bloeding.",
        "Als koorts krijgt.",
        "",
    ],
)
def test_no_title_rather_than_a_silly_one(line: str) -> None:
    assert complaints.complaint(line) == ""


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("Conclusie dat refluxklachten, maagzuur dat terugstroomt.", "refluxklachten"),
        ("Uitwendig, gehoorgangontsteking, re.", "gehoorgangontsteking re"),
        ("Noem ontsteking van plasbuis.", "ontsteking van plasbuis"),
        ("Wsch acute bronchitis.", "acute bronchitis"),
        ("Past bij vernauwing.", "vernauwing"),
        ("Geen longontsteking.", ""),
        ("Bekende aandoening en goede behandeling voor.", ""),
        ("Nu geen aanwijzingen voor trombose.", ""),
    ],
)
def test_a_conclusion(line: str, title: str) -> None:
    assert complaints.conclusion(line) == title
