"""The command `soep`: finds the asked command by name, and turns failures into a sentence and an exit code.

Commands are imported only when asked for, so that `soep --help` answers at once.
"""

from __future__ import annotations

import contextlib
import errno
import gettext
import importlib
import os
import sys
from collections.abc import Sequence

import click

from soep import __version__
from soep.errors import DeviceError, SoepError, unexpected
from soep.i18n import LOCALE_DIR, _, interface_language, mark
from soep.process import leave_no_core_dump, report_to_nobody

CANCELLED_EXIT_CODE = 130

_COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("soep.cli.demo:demo", mark("Draai een meegeleverd voorbeeldconsult, van geluid tot concept.")),
    "process": ("soep.cli.process:process", mark("Maak van een of meer opnamen een SOEP-concept.")),
    "draft": ("soep.cli.draft:draft", mark("Maak van een transcript een SOEP-concept.")),
    "record": ("soep.cli.record:record", mark("Neem een consult op, in de opslag.")),
    "ctl": ("soep.cli.ctl:ctl", mark("Bedien soep met een sneltoets of pedaal: opnemen, stoppen, volgend veld.")),
    "import": ("soep.cli.importing:import_", mark("Lees opnamen in de opslag en maak er concepten van.")),
    "list": ("soep.cli.consults:list_", mark("Toon de consulten in de opslag.")),
    "show": ("soep.cli.consults:show", mark("Toon een consult.")),
    "approve": ("soep.cli.approve:approve", mark("Keur een verslag goed.")),
    "export": ("soep.cli.consults:export", mark("Exporteer een goedgekeurd verslag.")),
    "validate": ("soep.cli.validate:validate", mark("Controleer een FHIR-bestand aan de landelijke profielen.")),
    "delete": ("soep.cli.consults:delete", mark("Wis een consult.")),
    "backup": ("soep.cli.keeping:backup", mark("Schrijf een versleutelde back-up.")),
    "restore": ("soep.cli.keeping:restore", mark("Zet een back-up terug.")),
    "passphrase": ("soep.cli.keeping:passphrase", mark("Wijzig het wachtwoord van de opslag.")),
    "audit": ("soep.cli.keeping:audit", mark("Toon of controleer het logboek.")),
    "stats": ("soep.cli.keeping:stats", mark("Toon cijfers over het nakijken, zonder inhoud.")),
    "models": (
        "soep.cli.models:models",
        mark("Bekijk, installeer, controleer of verwijder de taal- en spraakmodellen."),
    ),
    "check": ("soep.cli.check:check", mark("Controleer microfoon, modellen en schijf.")),
    "eval": ("soep.cli.evaluate:evaluate", mark("Meet herkenning, sprekers en concepten aan gelabelde voorbeelden.")),
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of use."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module."""
        if cmd_name not in _COMMANDS:
            return None
        module, _colon, attribute = _COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section(_("Opdrachten")):
            formatter.write_dl([(name, _(summary)) for name, (_path, summary) in _COMMANDS.items()])


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=_(
        "soep maakt van een opgenomen consult een SOEP-concept, op uw eigen computer. "
        "Zonder opdracht opent de toepassing. "
        "Er gaat niets naar buiten, tenzij u zelf een server instelt. "
        "Een concept blijft een concept tot u het goedkeurt."
    ),
)
@click.version_option(__version__, prog_name="soep")
@click.pass_context
def cli(context: click.Context) -> int:
    """The group of all commands; without one, the application."""
    if context.invoked_subcommand is not None:
        return 0
    from soep.cli.application import open_application  # noqa: PLC0415 - textual only where it is shown

    return open_application()


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code; no traceback reaches the user."""
    leave_no_core_dump()
    report_to_nobody()
    _speak_the_users_language()
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; give the exit code instead of exiting."""
    try:
        outcome = cli.main(args=arguments, prog_name="soep", standalone_mode=False)
    except SoepError as error:
        _complain(error.message, error.hint)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        _complain(_("Gestopt."))
        return CANCELLED_EXIT_CODE
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except SystemExit:  # click and rich end the process when the reader of our output went away (`| head`): fine
        _forget_stdout()
        return 0
    except OSError as error:
        _forget_stdout()
        _complain(*_disk_words(error))
        return DeviceError.exit_code
    except Exception as error:  # the last resort: a sentence with a place, never a traceback
        failure = unexpected(error)
        _complain(failure.message, failure.hint)
        return failure.exit_code
    return outcome if isinstance(outcome, int) else 0


def _complain(message: str, hint: str = "") -> None:
    with contextlib.suppress(OSError):  # stderr may be the very thing that is full or gone
        click.echo(click.style(message, bold=True), err=True)
        if hint:
            click.echo(hint, err=True)


def _forget_stdout() -> None:
    """Python writes what is left at exit and would fail again: let it go nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _disk_words(error: OSError) -> tuple[str, str]:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _("De schijf is vol."), _("Maak ruimte en probeer het opnieuw.")
    reason = os.strerror(error.errno or 0)
    return (
        _("Lezen of schrijven op de schijf lukt niet ({reason}).").format(reason=reason),
        _("Controleer of er ruimte is en of de map toegankelijk is."),
    )


def _speak_the_users_language() -> None:
    """Click's own words (usage errors, help headings) come from gettext's global domain: give it ours."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")  # Windows consoles default to a legacy code page
    os.environ["LANGUAGE"] = interface_language()
    gettext.bindtextdomain("click", str(LOCALE_DIR))
    gettext.textdomain("click")


if __name__ == "__main__":
    main()
