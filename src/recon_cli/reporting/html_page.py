"""A page about a result: one file that a browser shows without network."""

from __future__ import annotations

import json
import re
from functools import cache
from html import escape
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import __version__
from .json_line import finite
from .page_pictures import grey_levels, png_uri, svg_uri

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .page_view import PageView
    from .solver_record import Step

_WIDEST = 900
"""Pixels of the screen that a picture takes at most; smaller ones are enlarged up to `_ENLARGED` times."""
_ENLARGED = 3
_OPTION, _WHOLE = re.compile(r"--\w[\w-]*"), r"<span class='whole'>\g<0></span>"
"""An option, and how it is written so that no line ends within it."""
_ABOUT_WAY = (
    "The iterations of the solver. A certified gap is a proof for the image of its iteration; the last one "
    "is that of the result."
)


class PageContent(NamedTuple):
    """What a page says.

    Attributes:
        title: name of the input.
        rows: names and values of the report.
        fields: all parameters, by name.
        command: that makes the result once more.
        view: what is shown.
        parts: the steps of the solver by the words about each part of the file.
        rule: the quantity of its stop rule, in words.
    """

    title: str
    rows: Sequence[tuple[str, str]]
    fields: Mapping[str, Any]
    command: str
    view: PageView
    parts: Mapping[str, Sequence[Step]]
    rule: str


def html_page(content: PageContent) -> str:
    """Return the page; every name and value from files is escaped."""
    from .residual_figure import certificate_figure, residual_figure

    view = content.view
    parts = [_table(content.rows), _compared(view)]
    if view.has_residual:
        parts += [
            _heading(escape(view.residual_name).capitalize()),
            _figure(svg_uri(residual_figure(view)), _about_residual(view)),
        ]
    way = certificate_figure(content.parts, content.rule)
    if way is not None:
        parts += [_heading("Certificate"), _figure(svg_uri(way), _ABOUT_WAY)]
    values = [
        (name, json.dumps(value, ensure_ascii=False)) for name, value in finite(dict(content.fields)).items()
    ]
    parts += [_heading("Parameters"), _table(values)]
    parts += [_heading("Once more"), f"<pre id='command'>{escape(content.command)}</pre>"]
    return document(content.title, parts)


def document(title: str, parts: Iterable[str]) -> str:
    """Return a whole page of parts that are escaped already; nothing in it can reach a network."""
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
    return "\n".join(
        [
            "<!DOCTYPE html>",
            "<html lang='en'>",
            "<head><meta charset='utf-8'>",
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            "<meta name='viewport' content='width=device-width'>",
            f"<title>{escape(title)}</title><style>{_asset('page.css')}</style></head>",
            f"<body><h1>{escape(title)}</h1>",
            *parts,
            f"<p><small>recon {escape(__version__)}</small></p>",
            f"<script>{_asset('page.js')}</script></body></html>\n",
        ]
    )


@cache
def _asset(name: str) -> str:
    return (resources.files(__package__) / "page" / name).read_text("utf-8")


def _compared(view: PageView) -> str:
    """Return pictures above each other, of which a slider shows more or less."""
    levels = grey_levels(view.after)
    before, after = png_uri(view.before, levels), png_uri(view.after, levels)
    width = min(_WIDEST, _ENLARGED * view.after.shape[1])
    name = escape(view.name)
    heading = f"{name[:1].upper()}{name[1:]} and result" + (f", {escape(view.plane)}" if view.plane else "")
    choices, kept = "", ""
    if view.reference is not None:
        kept = (
            f"<img hidden id='result' alt='' src='{after}'>"
            f"<img hidden id='reference' alt='' src='{png_uri(view.reference, levels)}'>"
        )
        choices = (
            "<p>On the right: <label><input type='radio' name='over' value='result' checked> result</label> "
            "<label><input type='radio' name='over' value='reference'> reference</label></p>"
        )
    return (
        f"{_heading(heading)}<div class='compare' style='--cut:50%;--width:{width}px'>"
        f"<img class='under' alt='{name}' src='{before}'><img class='over' alt='result' src='{after}'>"
        f"<div class='line'></div></div>{kept}"
        f"<input class='slider' style='width:{width}px' type='range' min='0' max='100' value='50' "
        f"aria-label='left of the line {name}, right of it the result'>{choices}"
    )


def _about_residual(view: PageView) -> str:
    if not view.is_noise:
        return f"The {view.name} image minus the result."
    what = {"image": f"The {view.name} image", "data": "The measured data", "k-space": "K-space"}[view.of]
    whom = "them" if view.of == "data" else "it"
    return (
        f"{what} minus what the result explains of {whom}. Where the result is right this is "
        "white noise: no structure in the picture, the histogram on its curve, the spectrum at 1. A standard "
        "deviation well below 1 says that noise was left in the result; structure, that some of the image "
        "was taken for noise."
    )


def _figure(address: str, caption: str) -> str:
    text = escape(caption)
    return f"<figure><img alt='' src='{address}'><figcaption>{text}</figcaption></figure>"


def _heading(text: str) -> str:
    return f"<h2>{text}</h2>"


def _table(rows: Iterable[tuple[str, str]]) -> str:
    inner = "".join(
        f"<tr><th scope='row'>{escape(name)}</th><td>{_OPTION.sub(_WHOLE, escape(value))}</td></tr>"
        for name, value in rows
    )
    return f"<table>{inner}</table>"
