"""Symbolic tensor sizes: integers, or sums and products of named sizes with floor division.

A named size stands for any integer >= 1. Every size is held in a normal form, in which equal sums, products and
divisions of these compare equal: ``(16*h)//4 == 4*h`` and ``((H//2 + 1)//2) == (H + 2)//4``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import gcd
from typing import Any, NamedTuple, NoReturn, TypeAlias, Union

from graph.errors import ParameterError, UndecidedError
from graph.expressions.evaluation import evaluate, names
from graph.expressions.formulas import Symbolic

MAX_TERMS = 64
Dim: TypeAlias = Union[int, "Sym"]
_Monomial: TypeAlias = tuple[Union[str, "_Floor"], ...]


class _Floor(NamedTuple):
    numerator: Dim
    divisor: Dim

    def __str__(self) -> str:
        return f"{_grouped(self.numerator)}//{_grouped(self.divisor, product=True)}"


class Sym(Symbolic):
    """A size that is not a plain integer; immutable, hashable, compared by value."""

    __slots__ = ("_hash", "terms")

    def __init__(self, terms: Mapping[_Monomial, int]) -> None:
        self.terms = dict(terms)
        self._hash = hash(frozenset(self.terms.items()))

    @property
    def leaves(self) -> Mapping[str, Sym]:
        return {name: symbol(name) for name in symbols([self])}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sym) and self.terms == other.terms

    def __hash__(self) -> int:
        return self._hash

    def __add__(self, other: Dim) -> Dim:
        if other == 0:
            return self
        return _combine(self.terms, _terms(other), 1)

    __radd__ = __add__

    def __sub__(self, other: Dim) -> Dim:
        return _combine(self.terms, _terms(other), -1)

    def __rsub__(self, other: Dim) -> Dim:
        return _combine(_terms(other), self.terms, -1)

    def __neg__(self) -> Dim:
        return self * -1

    def __mul__(self, other: Dim) -> Dim:
        result: dict[_Monomial, int] = {}
        for a, p in self.terms.items():
            for b, q in _terms(other).items():
                key = tuple(sorted(a + b, key=str))
                result[key] = result.get(key, 0) + p * q
        if len(result) > MAX_TERMS:
            raise ParameterError(f"A size has more than {MAX_TERMS} terms when multiplied out; name fewer sizes.")
        return _make(result)

    __rmul__ = __mul__

    def __floordiv__(self, divisor: Dim) -> Dim:
        if isinstance(divisor, Sym):
            return 1 if self == divisor else Sym({(_Floor(self, divisor),): 1})
        if divisor <= 0:
            raise ParameterError(f"{self} is divided by {divisor}; a divisor must be a positive integer.")
        whole = {key: value // divisor for key, value in self.terms.items()}
        rest = {key: value % divisor for key, value in self.terms.items() if value % divisor}
        return _make(whole) + _floor(rest, divisor)

    def __rfloordiv__(self, numerator: int) -> Dim:
        return Sym({(_Floor(numerator, self),): 1})

    def __mod__(self, divisor: Dim) -> Dim:
        return self - (self // divisor) * divisor

    def __rmod__(self, numerator: int) -> Dim:
        return numerator - (numerator // self) * self

    def __pow__(self, exponent: int) -> Dim:
        return product([self] * exponent)

    def _refuse(self, _: object = None) -> NoReturn:
        raise UndecidedError(
            f"The size {self} is not a number here, so nothing can be compared with it or counted by it."
        )

    __lt__ = __le__ = __gt__ = __ge__ = __index__ = __int__ = _refuse

    def __str__(self) -> str:
        order = sorted(self.terms.items(), key=lambda item: (not item[0], -len(item[0]), str(item[0])))
        text = ""
        for key, value in order:
            sign = "-" if value < 0 else "+"
            alone = len(key) == 1 and (value == 1 or (value == -1 and text))  # 2*(H//2) is not 2*H//2
            body = "*".join(str(atom) if alone or isinstance(atom, str) else f"({atom})" for atom in key)
            scale = str(abs(value)) if not key else f"{abs(value)}*{body}" if abs(value) != 1 else body
            text += f" {sign} {scale}" if text else f"-{scale}" if value < 0 else scale
        return text

    __repr__ = __str__


def symbol(name: str) -> Sym:
    """The size called ``name``."""
    return Sym({(name,): 1})


class Constant(str):
    """The name of a size that is a plain number whenever the model is built, as a block's parameter is."""


def is_fixed(dim: Dim) -> bool:
    """Whether a size is known when the model is built, and not only when data arrives."""
    return isinstance(dim, int) or all(isinstance(name, Constant) for name in symbols([dim]))


def is_negative(dim: Dim) -> bool:
    """Whether a size lies below 0, where its names stand for sizes.

    Raises:
        UndecidedError: some of its terms do and some do not.
    """
    if isinstance(dim, int):
        return dim < 0
    signs = {value < 0 for value in dim.terms.values()}
    return signs.pop() if len(signs) == 1 else dim < 0


def parse_dim(value: Dim | str) -> Dim:
    """A size from a file or a form: an integer, or text such as ``T`` or ``16*h``.

    Raises:
        ParameterError: the text is not an expression of integers, names and ``+ - * // %``.
    """
    if not isinstance(value, str):
        return value
    return evaluate(value, {name: symbol(name) for name in names(value)})


def substitute(dim: Dim, sizes: Mapping[str, int]) -> int:
    """The size as an integer, with ``sizes`` for its names.

    Raises:
        KeyError: a name has no size.
    """
    if isinstance(dim, int):
        return dim
    total = 0
    for key, value in dim.terms.items():
        for atom in key:
            value *= sizes[atom] if isinstance(atom, str) else _floored(atom, sizes)
        total += value
    return total


def valued(value: Any, values: Mapping[str, Any]) -> Any:
    """A size or formula with ``values`` for some of its names; anything else is itself."""
    if isinstance(value, tuple):
        return tuple(valued(item, values) for item in value)
    if not isinstance(value, Symbolic):
        return value
    return evaluate(str(value), {**value.leaves, **values}, "value")


def symbols(dims: Iterable[Dim]) -> set[str]:
    """The names in some sizes."""
    found: set[str] = set()
    for dim in dims:
        for key in _terms(dim):
            for atom in key:
                found |= {atom} if isinstance(atom, str) else symbols([atom.numerator, atom.divisor])
    return found


def total(dims: Iterable[Dim]) -> Dim:
    """The sum of some sizes; 0 for none."""
    found: dict[_Monomial, int] = {}
    for dim in dims:
        for key, value in _terms(dim).items():
            found[key] = found.get(key, 0) + value
    return _make(found)


def product(dims: Iterable[Dim]) -> Dim:
    """The product of some sizes; 1 for none."""
    total: Dim = 1
    for dim in dims:
        total = total * dim
    return total


def _terms(dim: Dim) -> Mapping[_Monomial, int]:
    return dim.terms if isinstance(dim, Sym) else {(): dim}


def _make(terms: Mapping[_Monomial, int]) -> Dim:
    kept = {key: value for key, value in terms.items() if value}
    if not kept:
        return 0
    if len(kept) == 1 and () in kept:
        return kept[()]
    return Sym(kept)


def _combine(left: Mapping[_Monomial, int], right: Mapping[_Monomial, int], sign: int) -> Dim:
    total = dict(left)
    for key, value in right.items():
        total[key] = total.get(key, 0) + sign * value
    return _make(total)


def _floor(terms: Mapping[_Monomial, int], divisor: int) -> Dim:
    """Floor of a sum whose coefficients all lie in 1..divisor-1."""
    constant = terms.get((), 0)
    variable = {key: value for key, value in terms.items() if key}
    if not variable:
        return 0
    common = gcd(divisor, *variable.values())
    if common > 1:
        scaled = {key: value // common for key, value in variable.items()}
        return _make({**scaled, (): constant // common}) // (divisor // common)
    nested = [key for key, value in variable.items() if value == 1 and _is_quotient(key)]
    if nested:  # (a//k + b)//d is (a + k*b)//(k*d)
        first = min(nested, key=str)
        (inner,) = first
        assert isinstance(inner, _Floor)
        assert isinstance(inner.divisor, int)
        rest = _make({key: value for key, value in terms.items() if key != first})
        return (inner.numerator + rest * inner.divisor) // (inner.divisor * divisor)
    return Sym({(_Floor(_make({**variable, (): constant}), divisor),): 1})


def _is_quotient(key: _Monomial) -> bool:
    """Whether a product is nothing but one division by an integer."""
    return len(key) == 1 and isinstance(key[0], _Floor) and isinstance(key[0].divisor, int)


def _floored(atom: _Floor, sizes: Mapping[str, int]) -> int:
    return substitute(atom.numerator, sizes) // substitute(atom.divisor, sizes)


def _grouped(dim: Dim, product: bool = False) -> str:
    """The text of an operand: in parentheses where it is a sum or, for a divisor, a product."""
    simple = isinstance(dim, int) or (len(dim.terms) == 1 and not (product and "*" in str(dim)))
    return str(dim) if simple else f"({dim})"
