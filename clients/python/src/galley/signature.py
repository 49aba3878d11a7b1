"""Giving a method that was made from a function that function's name, words and parameters."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

M = TypeVar("M", bound=Callable[..., Any])


def like(build: Callable[..., Any], method: M) -> M:
    """Dress `method` as `build` with `self` before its parameters, so that `help()` and editors tell the truth."""
    functools.update_wrapper(method, build)
    told = inspect.signature(build)
    itself = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
    # What it answers with is not what `build` returns.
    signature = told.replace(parameters=[itself, *told.parameters.values()], return_annotation=inspect.Signature.empty)
    method.__signature__ = signature  # type: ignore[attr-defined]
    return method
