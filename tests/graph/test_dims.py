"""Symbolic sizes agree with integers, and equal ones compare equal."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from graph.dims import Constant, Dim, Sym, is_fixed, parse_dim, product, substitute, symbol, symbols
from graph.errors import LayerloomError, ParameterError

NAMES = ("H", "T", "W")
SIZES = st.fixed_dictionaries({name: st.integers(1, 400) for name in NAMES})
SMALL = st.integers(1, 40)


def texts(depth: int = 3, divisions: bool = True) -> st.SearchStrategy[str]:
    """Expressions as a user types them."""
    leaf = st.one_of(st.sampled_from(NAMES), SMALL.map(str))

    def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        binary = st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})")
        divided = st.tuples(inner, st.sampled_from(["//", "%"]), SMALL).map(lambda t: f"({t[0]} {t[1]} {t[2]})")
        return st.one_of(binary, divided) if divisions else binary

    return st.recursive(leaf, larger, max_leaves=2**depth).filter(lambda text: len(text) <= 200)


DIMS = texts().map(parse_dim)
PLAIN = texts(divisions=False).map(parse_dim)


@given(text=texts(), sizes=SIZES)
def test_a_size_is_what_python_computes(text: str, sizes: dict[str, int]) -> None:
    assert substitute(parse_dim(text), sizes) == eval(text, {}, sizes)


@given(a=DIMS, b=DIMS, c=DIMS)
def test_sums_and_products_have_one_form(a: Dim, b: Dim, c: Dim) -> None:
    assert a + b == b + a
    assert a * b == b * a
    assert (a + b) + c == a + (b + c)
    assert a * (b + c) == a * b + a * c
    assert a - a == 0
    assert a * 1 == a + 0 == a


@pytest.mark.slow
@given(a=DIMS, b=DIMS, k=SMALL)
def test_a_multiple_of_the_divisor_leaves_the_division(a: Dim, b: Dim, k: int) -> None:
    assert (a * k) // k == a
    assert (a * k + b) // k == a + b // k
    assert (a // k) * k + a % k == a


@given(a=PLAIN, m=SMALL, k=SMALL, d=SMALL)
def test_divisions_in_a_row_are_one(a: Dim, m: int, k: int, d: int) -> None:
    assert (a // k) // d == a // (k * d)
    assert (a // k + m) // d == (a + m * k) // (k * d)


@given(name=st.sampled_from(NAMES), m=SMALL, factor=SMALL, k=SMALL, d=SMALL)
def test_a_division_in_a_sum_joins_the_next(name: str, m: int, factor: int, k: int, d: int) -> None:
    a, b = symbol(name), symbol("Z") * factor
    assert (a // k + b + m) // d == (a + b * k + m * k) // (k * d)


@given(a=DIMS, b=DIMS, k=SMALL)
def test_the_same_size_reached_on_two_ways_has_one_hash(a: Dim, b: Dim, k: int) -> None:
    left, right = (a + b) * k, b * k + a * k
    assert left == right
    assert hash(left) == hash(right)
    assert str(left) == str(right)


@given(a=DIMS)
def test_a_size_reads_back_as_it_is_written(a: Dim) -> None:
    if len(str(a)) <= 200:
        assert parse_dim(str(a)) == a


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("16*h // 4", "4*h"),
        ("(H//2 + 1)//2", "(H + 2)//4"),
        ("2*T - T", "T"),
        ("(T + T)//2", "T"),
        ("T*(T + 1)", "T*T + T"),
        ("7 + 0*T", "7"),
        ("(H + 31)//32*32", "32*((H + 31)//32)"),
    ],
)
def test_known_forms(written: str, read: str) -> None:
    assert str(parse_dim(written)) == read


def test_a_size_divided_by_itself_is_one() -> None:
    assert symbol("T") // symbol("T") == 1


@pytest.mark.parametrize("divisor", [0, -3])
def test_a_divisor_is_positive(divisor: int) -> None:
    with pytest.raises(ParameterError, match="positive integer"):
        symbol("T") // divisor


def test_a_product_of_sums_that_explodes_is_refused_at_once() -> None:
    with pytest.raises(LayerloomError, match="terms"):
        parse_dim("*".join(["(a+b+c+d+e+f)"] * 14))


def test_a_name_without_a_size_is_named() -> None:
    with pytest.raises(KeyError, match="T"):
        substitute(symbol("T") + 1, {"H": 2})


def test_the_names_in_a_size_are_found_inside_divisions() -> None:
    assert symbols([parse_dim("(H + T)//3"), 5, parse_dim("2*W")]) == {"H", "T", "W"}


def test_products() -> None:
    assert product([]) == 1
    assert product([2, symbol("T"), 3]) == parse_dim("6*T")


def test_what_is_known_when_the_model_is_built() -> None:
    assert is_fixed(3)
    assert is_fixed(Sym({(Constant("channels"),): 4}))
    assert not is_fixed(symbol("T"))
