"""`soep validate`: a FHIR file against the standard and the Dutch profiles for GP data."""

from __future__ import annotations

from pathlib import Path

import click

from soep.errors import ExportError
from soep.i18n import _, ngettext


@click.command(help=_("Controleer een FHIR-bestand (STU3, JSON of XML) aan de landelijke profielen voor huisartsen."))
@click.argument("file", metavar=_("BESTAND"), type=click.Path(path_type=Path))
def validate(file: Path) -> None:
    """What is wrong, a line each: where and what.  The exit code is 0 when valid, 7 when not, 2 when unreadable."""
    from soep.export.fhir.reading import read_resource  # noqa: PLC0415 - the models take a second to import
    from soep.export.fhir.validator import unchecked_profiles, validate  # noqa: PLC0415

    resource = read_resource(file)
    issues = validate(resource)
    for issue in issues:
        click.echo(f"{issue.path}: {issue.message}")
    for profile in unchecked_profiles(resource):
        click.echo(_("Niet getoetst aan {profile}: dat profiel zit niet in soep.").format(profile=profile), err=True)
    if issues:
        raise ExportError(
            ngettext(
                "{name} is niet geldig ({count} punt).", "{name} is niet geldig ({count} punten).", len(issues)
            ).format(name=file.name, count=len(issues)),
            _("Voor elke regel hierboven: de plek in het bestand, en wat daar mis is."),
        )
    click.echo(_("{name} is geldig.").format(name=file.name), err=True)
