r"""Formulas, written in the part of LaTeX that they need: ``\frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}}``.

A formula is a tree of what stands beside, above and below one another: the editor draws it, and ``plain`` writes it as
one line of text, to be searched, copied and read aloud.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeAlias, Union

from graph.errors import LayerloomError

Face = Literal["italic", "upright"]
Role = Literal["ordinary", "binary", "relation", "comma", "open", "close", "function"]


class Sign(NamedTuple):
    """Letters or a sign; its role says how much room it takes to both sides."""

    text: str
    face: Face = "upright"
    role: Role = "ordinary"


class Row(NamedTuple):
    """What stands beside one another."""

    items: tuple[Part, ...]


class Fraction(NamedTuple):
    """One part over another."""

    top: Row
    bottom: Row


class Root(NamedTuple):
    """The square root of a part."""

    body: Row


class Script(NamedTuple):
    """A part with another lowered, raised, or both; with ``limits``, right below and above it."""

    base: Part
    below: Row | None
    above: Row | None
    limits: bool = False


class Fence(NamedTuple):
    """A part between brackets as high as it is."""

    left: str
    body: Row
    right: str


class Cases(NamedTuple):
    """One of several values, each with its condition."""

    rows: tuple[tuple[Row, ...], ...]


Part: TypeAlias = Union[Sign, Row, Fraction, Root, Script, Fence, Cases]

_GREEK = {
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "epsilon": "ε",
    "theta": "θ",
    "lambda": "λ",
    "mu": "μ",
    "pi": "π",
    "rho": "ρ",
    "sigma": "σ",
    "tau": "τ",
    "phi": "φ",
    "Phi": "Φ",
    "Delta": "Δ",
    "omega": "ω",
}
_BINARY = {"cdot": "·", "times": "×", "odot": "⊙", "pm": "±"}
_RELATIONS = {"le": "≤", "ge": "≥", "ne": "≠", "in": "∈", "to": "→", "sim": "∼", "approx": "≈", "leftarrow": "←"}
_SIGNS = {
    "ell": "ℓ",
    "ldots": "…",
    "partial": "∂",
    "quad": "\N{EM SPACE}",
}
_FENCES = {"lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "lVert": "‖", "rVert": "‖", "{": "{", "}": "}"}
_NAMES = ("log", "ln", "tanh", "max", "min", "sin", "cos", "erf")
_CALLED = re.compile(rf"\b({'|'.join(_NAMES)}) \(")
_LARGE = {"sum": "∑", "prod": "∏"}
_PIECE = re.compile(r"\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|\s+|.", re.DOTALL)
_RAISED = str.maketrans("0123456789+-=()nijkT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱʲᵏᵀ")
_LOWERED = str.maketrans("0123456789+-=()aeijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")


class FormulaError(LayerloomError):
    """A formula that is not written as one."""


def parse(text: str) -> Row:
    """The tree of a formula.

    Raises:
        FormulaError: naming what is not known or not closed.
    """
    reader = _Reader(text)
    row = reader.row(())
    if reader.piece:
        raise FormulaError(f"The formula {text!r} has {reader.piece!r} without a beginning.")
    return row


def plain(part: Part) -> str:
    """A formula as one line of text."""
    match part:
        case Sign(text, _, role):
            spaced = {"binary": f" {text} ", "relation": f" {text} ", "comma": f"{text} ", "function": f" {text} "}
            return spaced.get(role, text).replace("\N{THIN SPACE}", " ").replace("\N{EM SPACE}", " ")
        case Row(items):
            texts = [f"({plain(item)})" if _is_factor(items, at) else plain(item) for at, item in enumerate(items)]
            return _tidied("".join(texts))
        case Fraction(top, bottom):
            return f"{_grouped(top)} / {_grouped(bottom)}"
        case Root(body):
            return f"√({plain(body)})"
        case Script(base, below, above, limits):
            lowered = _script(below, _LOWERED, "_")
            if limits:
                ends = " to ".join(plain(end) for end in (below, above) if end)
                return f"{plain(base)}[{ends}] "
            return f"{plain(base)}{lowered}{_script(above, _RAISED, '^')}"
        case Fence(left, body, right):
            return f"{left}{plain(body)}{right}"
        case Cases(rows):
            return "; ".join(" ".join(filter(None, map(plain, row))) for row in rows)


def _tidied(text: str) -> str:
    """One blank where several are, and none beside the brackets of a function."""
    return re.sub(r"(?<=\() | (?=\))", "", re.sub(_CALLED, r"\1(", re.sub(r" +", " ", text))).strip()


def _is_factor(items: Sequence[Part], at: int) -> bool:
    """Whether a fraction has something beside it that it would be read together with."""
    beside = [items[place] for place in (at - 1, at + 1) if 0 <= place < len(items)]
    apart = ("binary", "relation", "comma", "open", "close")
    return isinstance(items[at], Fraction) and not all(isinstance(part, Sign) and part.role in apart for part in beside)


def _grouped(row: Row) -> str:
    text = plain(row)
    return text if len(row.items) == 1 and " " not in text else f"({text})"


def _script(row: Row | None, letters: dict[int, int], mark: str) -> str:
    if row is None:
        return ""
    text = plain(row)
    if text and all(ord(letter) in letters for letter in text):
        return text.translate(letters)
    return f"{mark}{text}" if len(text) == 1 else f"{mark}({text})"


class _Reader:
    """Reads a formula piece by piece."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._pieces = _PIECE.findall(text)
        self._next = 0
        self.piece = ""
        self.advance()

    def advance(self) -> str:
        """Go on to the next piece; the one that was there."""
        before = self.piece
        self.piece = self._pieces[self._next] if self._next < len(self._pieces) else ""
        self._next += 1
        return before

    def row(self, ends: Sequence[str]) -> Row:
        """What stands up to one of these pieces, or to the end."""
        items: list[Part] = []
        while self.piece and self.piece not in ends and self.piece != "}":
            if self.piece.isspace():
                self.advance()
                continue
            part = self._scripted(self._atom(items))
            items.append(part)
        return Row(tuple(items))

    def _scripted(self, base: Part) -> Part:
        below: Row | None = None
        above: Row | None = None
        limits = isinstance(base, Sign) and (base.text in _LARGE.values() or base.text in ("max", "min", "arg max"))
        while self.piece in ("_", "^"):
            raised = self.advance() == "^"
            part = self._group()
            below, above = (below, part) if raised else (part, above)
        return base if below is None and above is None else Script(base, below, above, limits)

    def _group(self) -> Row:
        """What is in braces, or one sign."""
        while self.piece.isspace():
            self.advance()
        if self.piece != "{":
            return Row((self._atom([]),))
        self.advance()
        row = self.row(("}",))
        self._close("}")
        return row

    def _close(self, piece: str) -> None:
        if self.piece != piece:
            raise FormulaError(f"The formula {self._text!r} has no {piece!r} where it needs one.")
        self.advance()

    def _atom(self, before: list[Part]) -> Part:
        piece = self.advance()
        if piece == "{":
            row = self.row(("}",))
            self._close("}")
            return row
        if piece.startswith("\\"):
            return self._command(piece[1:])
        if piece[0].isalpha():
            return Sign(piece, "italic")
        if piece[0].isdigit():
            return Sign(piece)
        last = before[-1] if before else Sign("", role="open")
        prefix = isinstance(last, Sign) and last.role in ("binary", "relation", "open", "comma")
        roles: dict[str, Role] = {"=": "relation", "<": "relation", ">": "relation", ",": "comma", ";": "comma"}
        roles |= {"(": "open", "[": "open", ")": "close", "]": "close", ":": "relation"}
        if piece in "+-*/":
            sign = {"-": "\N{MINUS SIGN}", "*": "*"}.get(piece, piece)
            return Sign(sign, role="ordinary" if prefix or piece == "/" else "binary")
        return Sign(piece, role=roles.get(piece, "ordinary"))

    def _command(self, name: str) -> Part:
        if name == "frac":
            return Fraction(self._group(), self._group())
        if name == "sqrt":
            return Root(self._group())
        if name in ("text", "mathrm"):
            return Sign(self._verbatim())
        if name == "begin":
            return self._cases()
        if name == "left":
            return self._fence()
        if name == "argmax":
            return Sign("arg max", role="function")
        return self._sign(name)

    def _sign(self, name: str) -> Part:
        if name in _GREEK:
            return Sign(_GREEK[name], "italic")
        if name in _BINARY:
            return Sign(_BINARY[name], role="binary")
        if name in _RELATIONS:
            return Sign(_RELATIONS[name], role="relation")
        if name in _NAMES:
            return Sign(name, role="function")
        if name in _FENCES:
            return Sign(_FENCES[name], role="open" if name[0] in "l{" else "close")
        if name in _LARGE or name in _SIGNS:
            return Sign(_LARGE.get(name) or _SIGNS[name])
        if name in ",;: ":
            return Sign("\N{THIN SPACE}")
        raise FormulaError(f"The formula {self._text!r} has the command \\{name}, which is not known.")

    def _verbatim(self) -> str:
        self._close("{")
        parts = []
        while self.piece and self.piece != "}":
            parts.append(self.advance())
        self._close("}")
        return "".join(parts)

    def _fence(self) -> Fence:
        left = self._bracket()
        body = self.row(("\\right",))
        self._close("\\right")
        return Fence(left, body, self._bracket())

    def _bracket(self) -> str:
        piece = self.advance()
        return _FENCES.get(piece[1:], "") if piece.startswith("\\") else piece.replace(".", "")

    def _cases(self) -> Cases:
        self._verbatim()
        rows, row = [], []
        while self.piece and self.piece != "\\end":
            row.append(self.row(("&", "\\\\", "\\end")))
            if self.piece != "&":
                rows.append(tuple(row))
                row = []
            if self.piece in ("&", "\\\\"):
                self.advance()
        self._close("\\end")
        self._verbatim()
        return Cases(tuple(rows))
