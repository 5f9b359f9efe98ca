"""What the person at the terminal sees of a start."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

__all__ = ["Terminal"]


class Terminal:
    """Steps with their time; in a file or a CI log plain lines."""

    def __init__(self) -> None:
        self.console = Console(highlight=False, soft_wrap=True)

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Show what is going on, then how long it took."""
        begin = time.monotonic()
        with self.console.status(f"{title} …"):
            yield
        self.console.print(f"[green]✓[/] {title} [dim]{time.monotonic() - begin:.1f} s[/]")

    @contextmanager
    def downloads(self, title: str, total_files: int) -> Iterator[Progress]:
        """Show how many files of a known number are in place; the one task has the id 0."""
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:.0f}/{task.total:.0f}"),
        )
        with Progress(
            *columns, console=self.console, transient=True, disable=not self.console.is_terminal
        ) as progress:
            progress.add_task(title, total=total_files)
            yield progress

    def say(self, text: str) -> None:
        """Print a line."""
        self.console.print(text)

    def ready(self, address: str) -> None:
        """Print the line that scripts wait for."""
        print(f"ready: {address}", flush=True)  # noqa: T201 - exactly this, whatever the terminal's width
