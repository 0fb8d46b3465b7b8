"""vegrad completion: what the Tab key knows."""

import click
from click.shell_completion import CompletionItem, get_completion_class

from vegrad_course.lessons import all_lessons


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the script that teaches SHELL to complete `vegrad` commands, options and lessons.

    \b
    Put the line for your shell into its start-up file, then open a new terminal:
      bash   ~/.bashrc                    eval "$(vegrad completion bash)"
      zsh    ~/.zshrc                     eval "$(vegrad completion zsh)"
      fish   ~/.config/fish/config.fish   vegrad completion fish | source
    """
    from vegrad_course.cli import vegrad

    made = get_completion_class(shell)
    assert made is not None
    click.echo(made(vegrad, {}, "vegrad", "_VEGRAD_COMPLETE").source())


def lessons(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """The numbers of the lessons that begin as typed, with their titles."""
    rows = [(lesson.number, lesson.title) for lesson in all_lessons()]
    return [CompletionItem(n, help=title) for n, title in rows if n.startswith(begun)]
