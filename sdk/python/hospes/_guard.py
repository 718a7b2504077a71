"""Stands between the host and the plugin's functions: what they raise becomes the contract's error."""

from __future__ import annotations

import traceback
from typing import Any, Callable

from componentize_py_types import Err
from wit_world.imports import log, types


def _thrown(error: Exception, title: str) -> Err:
    lines = "".join(traceback.format_exception(error)).rstrip()
    log.write(log.Level.ERROR, f"{title} raised\n{lines}", [])
    frames = traceback.extract_tb(error.__traceback__)
    where = f" (line {frames[-1].lineno} of {frames[-1].filename.rsplit('/', 1)[-1]})" if frames else ""
    return Err(types.Error("internal", f"{title} raised {type(error).__name__}: {error}{where}"[:2_000], None))


def guarded(ability: str, functions: dict[str, str], plugin: Any) -> type:
    """A class that exports an ability's functions (by their names in Python, with those of the contract)."""

    def function(name: str, title: str) -> Callable[..., Any]:
        def call(self: Any, *given: Any) -> Any:
            implemented = getattr(plugin, name, None)
            if implemented is None:
                raise Err(types.Error("unsupported", f"the plugin has no function {title}", None))
            try:
                return implemented(*given)
            except Err:
                raise
            except Exception as error:
                raise _thrown(error, title) from error

        return call

    return type(ability, (), {name: function(name, title) for name, title in functions.items()})
