"""The `vegrad` command. Each command is a file of its own, imported when it is asked for."""

import sys
from importlib import import_module

import click

from vegrad_course.errors import Refusal, nearest

SECTIONS = {
    "For learners": {
        "start": "Open JupyterLab on the welcome page.",
        "open": "Open JupyterLab on a lesson.",
        "lessons": "List the lessons, and what is done.",
        "check": "Check a lesson's notebook without opening it.",
        "reset": "Put a lesson's notebook back as it was handed out.",
        "certificate": "Write a page of what is done.",
        "variants": "Keep a key, for numbers of one's own in some exercises.",
        "diagnose": "Name the illness in a training log.",
        "experiment": "Measure a paper's result on this machine.",
        "completion": "Print the completion script of a shell.",
    },
    "For instructors": {
        "doctor": "Say what protection this machine gives.",
        "grade": "Grade what is submitted, in a sandbox.",
        "regrade": "Judge stored answers again.",
        "summary": "Show how a lesson went.",
        "similar": "List suspiciously equal answers.",
        "demo-class": "Write a synthetic class into submitted/.",
    },
    "For authors of lessons": {
        "new": "Begin a new lesson.",
        "build": "Build the notebooks from the lesson sources.",
        "verify": "Prove that graders accept right answers and reject wrong ones.",
    },
}
COMMANDS = {name: text for section in SECTIONS.values() for name, text in section.items()}


class Commands(click.Group):
    """Commands that are found by name, so that `vegrad --help` loads nothing heavy."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        return import_module(f"vegrad_course.cli.{name.replace('-', '_')}").command

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(context, args)
        except click.UsageError as error:
            near = nearest(args[0], list(COMMANDS), otherwise="")
            raise click.UsageError(f"{error.message} {near}", context) from None

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        width = max(map(len, COMMANDS))  # one column of texts for all sections
        for title, section in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(width), text) for name, text in section.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="vegrad-course")
def vegrad() -> None:
    """Vanishing and exploding gradients: the course's own tool."""


def main(arguments: list[str] | None = None) -> None:
    """Run a command. Bad input ends in one line on stderr and exit code 2."""
    try:
        code = vegrad.main(arguments, prog_name="vegrad", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        print(error.format_message())
        code = 2
    except click.UsageError as error:
        code = _say(f"{error.format_message()} Try `{_path(error)} --help`.")
    except click.ClickException as error:
        code = _say(error.format_message())
    except Refusal as error:
        code = _say(str(error))
    except ModuleNotFoundError as error:
        code = _say(f"The package {error.name!r} is not installed. Run `make install`.")
    except (click.Abort, KeyboardInterrupt):
        code = _say("Stopped.", 130)
    sys.exit(code if isinstance(code, int) else 0)


def _path(error: click.UsageError) -> str:
    return error.ctx.command_path if error.ctx else "vegrad"


def _say(line: str, code: int = 2) -> int:
    print(f"vegrad: {' '.join(line.split())}", file=sys.stderr)
    return code
