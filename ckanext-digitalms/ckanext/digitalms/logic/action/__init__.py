"""The API: every action of the extension, and nothing else (the blanket reads ``__all__``)."""

from __future__ import annotations

from .chained import *  # noqa: F403
from .chained import __all__ as _chained
from .measure import *  # noqa: F403
from .measure import __all__ as _measure
from .note import *  # noqa: F403
from .note import __all__ as _note
from .statement import *  # noqa: F403
from .statement import __all__ as _statement

__all__ = [*_chained, *_measure, *_note, *_statement]
