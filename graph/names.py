"""Which words may name a node: identifiers that are safe as attributes of the generated module."""

from __future__ import annotations

import keyword
import re
from collections.abc import Container

from graph.errors import DocumentError

MAX_LENGTH = 60
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
_MODULE_ATTRIBUTES = """
T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches eval
extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half ipu load_state_dict modules mtia
named_buffers named_children named_modules named_parameters parameters register_backward_hook register_buffer
register_forward_hook register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook
register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module register_parameter
register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule
share_memory state_dict to to_empty train training type xpu zero_grad
"""
_GENERATED = "self torch nn F loss super range len tuple int"
RESERVED = frozenset(f"{_MODULE_ATTRIBUTES} {_GENERATED}".split())


def check_name(name: object, what: str = "node") -> str:
    """Return ``name`` if it can name a ``what``.

    Raises:
        DocumentError: it is not an identifier, too long, a Python keyword or a name of ``torch.nn.Module``.
    """
    shown = repr(name)[:60]
    if not isinstance(name, str) or not _IDENTIFIER.fullmatch(name):
        raise DocumentError(
            f"{shown} cannot name a {what}: use letters, digits and underscores, starting with a letter."
        )
    if len(name) > MAX_LENGTH:
        raise DocumentError(f"{shown} cannot name a {what}: it has {len(name)} characters, at most {MAX_LENGTH} fit.")
    if keyword.iskeyword(name) or keyword.issoftkeyword(name):
        raise DocumentError(f"'{name}' cannot name a {what}: it is a word of Python; try '{name}1'.")
    if name in RESERVED:
        raise DocumentError(f"'{name}' cannot name a {what}: PyTorch modules use that name; try '{name}1'.")
    return name


def free_name(stem: str, taken: Container[str], first: int = 1) -> str:
    """The first of ``stem1``, ``stem2``... that is not taken."""
    number = first
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"


def free_or_numbered(name: str, taken: Container[str]) -> str:
    """The name itself if it is free, else with the first number from 2 on that makes it so."""
    return free_name(name, taken, 2) if name in taken else name


class Numbering:
    """Free names by their stems, each found from where the last search ended instead of from 1."""

    def __init__(self) -> None:
        self._first: dict[str, int] = {}  # every smaller number of a stem is taken

    def free(self, stem: str, taken: Container[str], first: int = 1) -> str:
        """The first of ``stem1``, ``stem2``... that is not taken; ``first`` is the same in every call."""
        name = free_name(stem, taken, max(first, self._first.get(stem, first)))
        self._first[stem] = int(name[len(stem) :])
        return name

    def release(self, name: str) -> None:
        """Take note that a name is no longer taken."""
        for at in range(len(name.rstrip("0123456789")), len(name)):
            stem, number = name[:at], int(name[at:])
            if number < self._first.get(stem, 0):
                self._first[stem] = number


def stem_of(kind: str) -> str:
    """What nodes of a layer kind are called: ``Conv2d`` gives ``conv``."""
    return re.sub(r"\dd$", "", kind).lower()


def stem_of_name(name: str) -> str:
    """A node name without its number, to find the name of a copy: ``conv12`` gives ``conv``."""
    return name.rstrip("0123456789") or name


def identifier(text: str, fallback: str = "Model") -> str:
    """A class name made of free text: ``LeNet-5`` gives ``LeNet5``."""
    words = re.findall(r"[A-Za-z0-9]+", text)
    name = "".join(word[:1].upper() + word[1:] for word in words).lstrip("0123456789")
    name = name[:1].upper() + name[1:]
    return name if name and not keyword.iskeyword(name) else fallback
