"""Expressions compute integers and nothing else, whatever is typed."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from graph.errors import ParameterError
from graph.expressions.evaluation import MAX_LENGTH, evaluate, names


@pytest.mark.parametrize(
    ("text", "value"),
    [("7", 7), ("channels * 4", 256), (" channels//2+stride ", 34), ("-stride + 5 % 3", 0), ("2*(3+4)", 14)],
)
def test_values(text: str, value: int) -> None:
    assert evaluate(text, {"channels": 64, "stride": 2}) == value


def test_names() -> None:
    assert names("a*b + a//2 - 3") == {"a", "b"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("__import__('os').system('true')", "a function call"),
        ("().__class__", "an attribute"),
        ("channels.real", "an attribute"),
        ("[x for x in (1, 2)]", "'ListComp'"),
        ("lambda: 1", "'Lambda'"),
        ("'a' * 1000", "the value 'a'"),
        ("1.5", "the value 1.5"),
        ("True", "the value True"),
        ("2 ** 99999999", "'Pow'"),
        ("1 << 99999999", "'LShift'"),
        ("channels / 2", "'Div'"),
        ("channels if 1 else 2", "'IfExp'"),
        ("1if 2 else 3", "'IfExp'"),
        ("(x := 3)", "'NamedExpr'"),
        ("channels[0]", "'Subscript'"),
        ("99999999999999999999", "the value 99999999999999999999"),
    ],
)
def test_everything_else_is_refused_by_its_name(text: str, said: str) -> None:
    with pytest.raises(ParameterError, match="only integers, names") as caught:
        evaluate(text, {"channels": 64})
    assert said in str(caught.value)


@pytest.mark.parametrize("text", ["", "  ", "1 +", "import os", "a b", "x; import os", "(((", "\0", "1\n2", "a = 3"])
def test_what_is_no_expression(text: str) -> None:
    with pytest.raises(ParameterError, match="is not an expression"):
        evaluate(text, {})


@pytest.mark.parametrize("text", ["1+" * 5000 + "1", "(" * 5000 + "1" + ")" * 5000, "-" * 100_000 + "1"])
def test_long_text_is_refused_unread(text: str) -> None:
    with pytest.raises(ParameterError, match=f"at most {MAX_LENGTH}"):
        evaluate(text, {})


def test_deep_text_within_the_limit() -> None:
    assert evaluate("(" * 90 + "1" + ")" * 90, {}) == 1
    assert evaluate("-" * 198 + "1", {}) == 1


def test_a_line_break_is_a_blank_and_stays_out_of_the_sentence() -> None:
    assert evaluate("(a +\n 2)", {"a": 1}) == 3
    for text in ("a +\n", "a +\u2028b", "a /\r\n2", "a // (\n0)"):
        with pytest.raises(ParameterError) as caught:
            evaluate(text, {"a": 1})
        assert len(str(caught.value).splitlines()) == 1


def test_growth_stops() -> None:
    with pytest.raises(ParameterError, match="is larger than"):
        evaluate("9007199254740992*2", {})


@pytest.mark.parametrize("text", ["a // 0", "a % 0", "a // (1 - 1)", "5 // -2"])
def test_divisors_are_positive(text: str) -> None:
    with pytest.raises(ParameterError, match="a divisor must be a positive integer"):
        evaluate(text, {"a": 6})


def test_an_unknown_name_comes_with_the_known_ones() -> None:
    with pytest.raises(ParameterError, match=r"unknown name 'chanels'; known names: channels, stride\.") as caught:
        evaluate("chanels * 4", {"stride": 1, "channels": 64})
    assert "chanels * 4" in str(caught.value)


@pytest.mark.slow
@given(text=st.text(max_size=60))
def test_any_text_is_a_number_or_one_sentence(text: str) -> None:
    try:
        value = evaluate(text, {"a": 3, "b": 5})
    except ParameterError as error:
        assert str(error).endswith(".")
    else:
        assert isinstance(value, int)
