"""The console script `digitalms`: what goes wrong is said in a sentence."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

import click

from . import variables
from .errors import INTERRUPTED, StackError, sentence_for

__all__ = ["guarded", "main"]


def guarded(function: Callable[[], object]) -> int:
    """Run and return the exit code."""
    try:
        function()
    except StackError as error:
        click.secho(str(error), fg="red", err=True)
        return 1
    except OSError as error:
        click.secho(sentence_for(error), fg="red", err=True)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def main() -> None:
    """Run the console script."""
    try:
        from .commands import cli
    except ModuleNotFoundError as error:
        sys.exit(
            f"The embedded services are not installed ({error.name} is missing): "
            "pip install 'ckanext-digitalms[embedded]'. With your own services use `ckan digitalms`."
        )
    os.umask(0o077)
    variables.forget()
    sys.exit(guarded(cli))
