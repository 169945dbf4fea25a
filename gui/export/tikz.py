r"""A figure as TikZ: what Qt writes as SVG, shape by shape; it compiles with the ``standalone`` class and Latin Modern,
whose letters come in every size: of the default font the nearest would be taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree

_SVG = "{http://www.w3.org/2000/svg}"
_BEGIN = r"""%% {title}
\documentclass[tikz,border=0pt]{{standalone}}
\usepackage[utf8]{{inputenc}}
\usepackage[T1]{{fontenc}}
\usepackage{{lmodern}}
\renewcommand{{\familydefault}}{{\sfdefault}}
\begin{{document}}
\begin{{tikzpicture}}[x=0.75bp,y=-0.75bp,inner sep=0pt,outer sep=0pt]
"""
_END = "\\end{tikzpicture}\n\\end{document}\n"
# Figures are in pixels of 1/96 inch; TeX counts in points of 1/72.27 inch.
_PIXEL = 72.27 / 96
# What a text may hold, but no XML.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\u00d7": r"$\times$",
    "\u00b7": r"$\cdot$",
    "\u2192": r"$\rightarrow$",
    "\u2026": r"\ldots{}",
    "\u2212": r"$-$",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    **{letter: f"\\{letter}" for letter in "&%$#_{}"},
}


def written(svg: str, title: str) -> bytes:
    """The source of a TeX document with the shapes and texts of an SVG that Qt wrote."""
    root = ElementTree.fromstring(_FORBIDDEN.sub("", svg))  # noqa: S314 - Qt wrote it just now
    lines = [_BEGIN.format(title=" ".join(title.split()) or "Figure").replace("%%", "%")]
    for group in root.iter(f"{_SVG}g"):
        lines += _group(group)
    return ("".join(lines) + _END).encode()


def _group(group: ElementTree.Element) -> Iterator[str]:
    """The shapes of one group, which says how they are filled, drawn and moved."""
    options = _options(group)
    for shape in group:
        kind = shape.tag.removeprefix(_SVG)
        if kind == "text":
            yield _text(shape, group)
        elif options and (path := _path(kind, shape)):
            yield f"\\path[{options}] {path};\n"


def _options(group: ElementTree.Element) -> str:
    found = []
    fill, stroke = group.get("fill", "none"), group.get("stroke", "none")
    if fill != "none" and (opacity := float(group.get("fill-opacity", "1"))) > 0.0:
        found.append(f"fill={_color(fill)}")
        found += [f"fill opacity={_number(opacity)}"] if opacity < 1.0 else []
    if stroke != "none" and group.get("stroke-opacity", "1") != "0":
        width = float(group.get("stroke-width", "1")) * _PIXEL
        found += [f"draw={_color(stroke)}", f"line width={_number(width)}pt"]
    if not found:
        return ""
    return ",".join([*found, _moved(group)]).rstrip(",")


def _moved(group: ElementTree.Element) -> str:
    """Where a group stands, in the coordinates of the picture."""
    a, b, c, d, x, y = _matrix(group)
    if (a, b, c, d) == (1.0, 0.0, 0.0, 1.0):
        return f"shift={{({_number(x)},{_number(y)})}}" if x or y else ""
    return f"cm={{{_number(a)},{_number(-b)},{_number(-c)},{_number(d)},({_number(x)},{_number(y)})}}"


def _matrix(group: ElementTree.Element) -> list[float]:
    found = re.findall(r"-?[\d.]+(?:e-?\d+)?", group.get("transform", ""))
    return [float(number) for number in found] if len(found) == 6 else [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]


def _path(kind: str, shape: ElementTree.Element) -> str:
    if kind == "path":
        return _curve(shape.get("d", ""))
    if kind == "rect":
        x, y, width, height = (float(shape.get(key, "0")) for key in ("x", "y", "width", "height"))
        return f"{_at(x, y)} rectangle {_at(x + width, y + height)}"
    if kind in ("circle", "ellipse"):
        x, y = float(shape.get("cx", "0")), float(shape.get("cy", "0"))
        across, down = (float(shape.get(key, shape.get("r", "0"))) for key in ("rx", "ry"))
        return f"{_at(x, y)} ellipse [x radius={_number(across)},y radius={_number(down)}]"
    points = [tuple(map(float, pair.split(","))) for pair in shape.get("points", "").split()]
    path = " -- ".join(_at(x, y) for x, y in points)
    return f"{path} -- cycle" if kind == "polygon" else path


def _curve(description: str) -> str:
    """A path of moves, lines and cubics, as Qt writes them."""
    made: list[str] = []
    waiting: list[str] = []
    for letter, x, y in re.findall(r"([MLC]?)\s*(-?[\d.e-]+),(-?[\d.e-]+)", description):
        at = _at(float(x), float(y))
        if letter == "M":
            made.append(at)
        elif letter == "L":
            made.append(f"-- {at}")
        else:
            waiting.append(at)
            if len(waiting) == 3:
                made.append(f".. controls {waiting[0]} and {waiting[1]} .. {waiting[2]}")
                waiting.clear()
    return " ".join(made)


def _text(shape: ElementTree.Element, group: ElementTree.Element) -> str:
    a, b, c, d, x, y = _matrix(group)
    left, base = float(shape.get("x", "0")), float(shape.get("y", "0"))
    size = float(shape.get("font-size", "12")) * _PIXEL * a
    bold = "\\bfseries" if float(shape.get("font-weight", "400")) > 500 else ""
    words = "".join(_SPECIAL.get(letter, letter) for letter in "".join(shape.itertext()).strip())
    font = f"\\fontsize{{{_number(size)}}}{{{_number(size * 1.2)}}}\\selectfont{bold}"
    at = _at(a * left + c * base + x, b * left + d * base + y)
    return f"\\node[anchor=base west,text={_color(shape.get('fill', '#000000'))},font={font}] at {at} {{{words}}};\n"


def _color(text: str) -> str:
    """A colour without a name: ``{rgb,255:red,1;green,2;blue,3}``."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        return "black"
    red, green, blue = (int(text[at : at + 2], 16) for at in (1, 3, 5))
    return f"{{rgb,255:red,{red};green,{green};blue,{blue}}}"


def _at(x: float, y: float) -> str:
    return f"({_number(x)},{_number(y)})"


def _number(value: float) -> str:
    return f"{round(value, 3):g}" if abs(value) < 1e5 else f"{value:.1f}"
