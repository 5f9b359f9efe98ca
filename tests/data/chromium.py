"""The browser of the tests: Chromium without what draws windows, a third less work, where there is one."""

from __future__ import annotations

import shutil

_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")

CHROMIUM = next((path for name in _NAMES if (path := shutil.which(name))), None)
MISSING = "no Chromium here: apt-get install chromium-headless-shell"
