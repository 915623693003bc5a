"""The shipped consults to practise on: nobody's, so nobody's consent is needed."""

from __future__ import annotations

from soep.i18n import _
from soep.resources import resource
from soep.types import About, Consent, ConsentBy
from soep.workflow.desk import Desk
from soep.workflow.importing import Import, Wanted

FIRST_SAMPLE = "schouder"


def sample_names() -> list[str]:
    """The shipped samples, the one for newcomers first."""
    names = sorted(path.stem for path in resource("samples").glob("*.ogg"))
    return sorted(names, key=lambda name: name != FIRST_SAMPLE)


def begin(desk: Desk, reading: Import) -> str:
    """Read the consult for newcomers into the store, where it waits to be processed; gives its id.

    Raises:
        SoepError: it cannot be read or kept.
    """
    sound = resource("samples", f"{FIRST_SAMPLE}.ogg")
    consent = Consent(ConsentBy.SAMPLE, desk.now())
    return reading.read(Wanted(sound, consent, About(_("Oefenconsult"))))
