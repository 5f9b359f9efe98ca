"""Other plugins hear of datasets that are written past CKAN's actions, as if these had written them.

CKAN calls the hooks of ``IPackageController`` inside the transaction of a change, and sends
``action_succeeded`` when its action has ended. Our own hooks are not called: they would record what is
being recorded. Nor are ckanext-harvest's, which hear of harvest sources only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import signals
from ckan.types import Context

from ckanext.digitalms.jsontypes import Json

__all__ = ["deleted", "trial", "updated"]

_KNOWN = {"digitalms", "harvest"}
_is_trial = ContextVar("digitalms_is_trial", default=False)


@contextmanager
def trial() -> Iterator[None]:
    """Tell nobody of what is written meanwhile, since it is rolled back."""
    before = _is_trial.set(True)
    try:
        yield
    finally:
        _is_trial.reset(before)


def updated(context: Context, packages: Iterable[model.Package]) -> None:
    """Tell of changed datasets."""
    listeners, is_heard = _listeners("edit", "after_dataset_update"), _is_heard("package_update")
    if not listeners and not is_heard:
        return
    for package in packages:
        asked: Any = {"ignore_auth": True, "user": context.get("user", ""), "use_cache": False}
        told = tk.get_action("package_show")(asked, {"id": package.id})
        for plugin in listeners:
            plugin.edit(package)
            plugin.after_dataset_update(_of(context, package), told)
        if is_heard:
            _send("package_update", _of(context, package), told, told)


def deleted(context: Context, package: model.Package) -> None:
    """Tell of a dataset that is deleted."""
    told = {"id": package.id}
    for plugin in _listeners("delete", "after_dataset_delete"):
        plugin.delete(package)
        plugin.after_dataset_delete(_of(context, package), told)
    if _is_heard("package_delete"):
        _send("package_delete", _of(context, package), told, None)


def _listeners(*hooks: str) -> list[p.IPackageController]:
    """Return the plugins that do something in one of the hooks."""
    if _is_trial.get():
        return []
    return [
        plugin
        for plugin in p.PluginImplementations(p.IPackageController)
        if plugin.name not in _KNOWN
        and any(getattr(type(plugin), hook) is not getattr(p.IPackageController, hook) for hook in hooks)
    ]


def _is_heard(action: str) -> bool:
    return not _is_trial.get() and bool(signals.action_succeeded.has_receivers_for(action))


def _send(action: str, context: Context, told: Json, result: Json | None) -> None:
    signals.action_succeeded.send(action, context=context, data_dict=told, result=result)


def _of(context: Context, package: model.Package) -> Context:
    """Return the context as CKAN's action would have it."""
    own: Any = {"model": model, "session": model.Session, "package": package, "id": package.id}
    told: Context = {**own, "user": context.get("user", "")}
    return told
