"""Reading a configuration from a file."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, Callable, Union

from tortoise_core.base.errors import ConfigurationError
from tortoise_core.base.names import did_you_mean


def _parse_yaml(text: str) -> Any:
    yaml = _library("yaml", "PyYAML", "yaml")
    return yaml.safe_load(text)


def _parse_toml(text: str) -> Any:
    toml = import_module("tomllib") if sys.version_info >= (3, 11) else _library("tomli", "tomli", "toml")
    return toml.loads(text)


def _library(module: str, distribution: str, kind: str) -> Any:
    try:
        return import_module(module)
    except ImportError as error:
        raise ConfigurationError(f"a .{kind} file needs {distribution}: pip install {distribution}") from error


#: ending of a file's name -> what reads its text
PARSERS: dict[str, Callable[[str], Any]] = {
    ".json": json.loads,
    ".yml": _parse_yaml,
    ".yaml": _parse_yaml,
    ".toml": _parse_toml,
}


def read_config_file(path: Union[str, Path]) -> Any:
    """What a .json, .yml, .yaml or .toml file says. Raises ConfigurationError."""
    ending = Path(path).suffix.lower()
    parse = PARSERS.get(ending)
    if parse is None:
        raise ConfigurationError(f"a configuration file cannot end in {ending!r}.{did_you_mean(ending, PARSERS)}")
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"the configuration file cannot be read: {error}") from error
    try:
        return parse(text)
    except ConfigurationError:
        raise
    except Exception as error:  # each library has errors of its own, whose common base is this
        raise ConfigurationError(f"the configuration file is not valid {ending[1:]}: {error}") from error
