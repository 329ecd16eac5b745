"""The sheet as one HTML page that needs nothing else: pictures stand in it as data addresses."""

from base64 import b64encode
from collections.abc import Iterable
from html import escape

from core.engine.types import Logo, LogoFile, Palette
from tests.review_sheet.boards import Board
from utils.image_utils import svg_to_png

SMALL_SIZES = (32, 16)  # px
MAGNIFIED = 64  # px: how large a small mark is shown a second time, pixel by pixel

_STYLE = """
body { margin: 0; padding: 24px; font: 15px/1.45 system-ui, sans-serif; color: #1a1a1a; background: #f4f4f2; }
section { width: 1200px; margin: 0 auto 32px; padding: 24px; box-sizing: border-box; background: #fff; }
h2 { margin: 0 0 16px; font-size: 20px; }
.texts { display: grid; grid-template-columns: 3fr 2fr; gap: 24px; margin-bottom: 20px; }
ol { margin: 0; padding-left: 24px; }
small { color: #666; }
.swatches { display: grid; grid-template-columns: repeat(6, 1fr); margin-bottom: 20px; }
.swatches > div { padding: 44px 10px 8px; font-size: 12px; }
.themes > div { padding: 8px 10px; }
.themes b { padding: 4px 10px; margin: 0 6px; border-radius: 4px; font-size: 12px; }
.ramps { display: grid; grid-template-columns: repeat(33, 1fr); height: 22px; margin: 6px 0 20px; }
.use { padding: 20px; margin-bottom: 20px; }
.use b { display: inline-block; padding: 8px 18px; margin: 8px 12px 0 0; border-radius: 6px; }
.marks { display: grid; grid-template-columns: repeat(4, 1fr); gap: 10px; margin-bottom: 8px; }
.marks > div { height: 130px; padding: 14px; display: flex; align-items: center; justify-content: center; outline: 1px solid #e4e4e4; }
.marks img { max-width: 100%; max-height: 100%; }
.small { display: flex; gap: 16px; align-items: center; margin: 4px 0 20px; }
.small img { flex: none; image-rendering: pixelated; }
"""  # noqa: E501  # one rule a line


def page(boards: Iterable[Board]) -> str:
    """All boards, one below the other."""
    body = "\n".join(_section(board) for board in boards)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Review sheet</title>'
        f"<style>{_STYLE}</style></head><body>{body}</body></html>"
    )


def _section(board: Board) -> str:
    names = "".join(
        f"<li><b>{escape(name.text)}</b> {name.score:.1f} <small>{name.strategy}: "
        f"{escape(name.reasoning)}</small></li>"
        for name in board.names
    )
    taglines = "".join(
        f"<li>{escape(line.text)} <small>{escape(line.framework)}, {line.label}, "
        f"{line.score:.1f}</small></li>"
        for line in board.taglines
    )
    logos = "".join(_logo(concept.logo, board.palette) for concept in board.concepts)
    return (
        f"<section><h2>{escape(board.description)}</h2>"
        f'<div class="texts"><ol>{names}</ol><ol>{taglines}</ol></div>'
        f"{_swatches(board.palette)}{_use(board)}{logos}</section>"
    )


def _swatches(palette: Palette) -> str:
    light, dark = palette.hex("background"), palette.hex("text")
    cells = "".join(
        f'<div style="background:{swatch.hex};color:{light if swatch.oklch[0] < 0.6 else dark}">'
        f"<b>{escape(swatch.name)}</b><br>{swatch.hex} {swatch.role}</div>"
        for swatch in palette.swatches
    )
    return f'<div class="swatches">{cells}</div>{_themes(palette)}'


def _themes(palette: Palette) -> str:
    """Both themes with their states and what is written on each fill, and the ramps."""
    if palette.scheme is None:
        return ""
    themes = "".join(
        f'<div style="background:{colors["background"]};color:{colors["text"]}">'
        f'<span style="color:{colors["text-muted"]}">{theme.mode}</span> '
        + "".join(
            f'<b style="background:{colors[fill]};color:{colors[f"on-{fill}"]}">{fill}</b>'
            for fill in ("primary", "secondary", "accent", "success", "warning", "error", "info")
        )
        + "</div>"
        for theme in (palette.scheme.light, palette.scheme.dark)
        for colors in (theme.colors,)
    )
    ramps = "".join(
        f'<i style="background:{value}"></i>'
        for ramp in palette.scheme.ramps.values()
        for value in ramp.values()
    )
    return f'<div class="themes">{themes}</div><div class="ramps">{ramps}</div>'


def _use(board: Board) -> str:
    """The colours at work: a heading, a sentence and two buttons on the background."""
    palette = board.palette
    primary, background, text = (palette.hex(role) for role in ("primary", "background", "text"))
    return (
        f'<div class="use" style="background:{background};color:{text}">'
        f'<h3 style="color:{primary};margin:0">{escape(board.names[0].text)}</h3>'
        f"{escape(board.taglines[0].text)}<br>"
        f'<b style="background:{primary};color:{background}">Begin</b>'
        f'<b style="background:{palette.hex("soft")};color:{text}">Read more</b> '
        f"<small>{escape(palette.mood)}</small></div>"
    )


def _logo(logo: Logo, palette: Palette) -> str:
    files = "".join(_file(file, palette) for file in logo.files)
    return (
        f"<p><b>{logo.family}</b>, {escape(logo.font)}, {escape(logo.motif or 'no motif')}, "
        f"{escape(logo.gesture)}: {escape(logo.idea)}</p>"
        f'<div class="marks">{files}</div>{_small(logo)}'
    )


def _file(file: LogoFile, palette: Palette) -> str:
    ground = {"color-dark": palette.hex("text"), "white": "#000"}.get(file.treatment, "#fff")
    title = f"{file.lockup}, {file.treatment}"
    return (
        f'<div style="background:{ground}" title="{title}">'
        f'<img alt="{title}" src="{_address(file.svg.encode(), "svg+xml")}"></div>'
    )


def _small(logo: Logo) -> str:
    """The mark for small sizes as a browser's tab shows it, and the same pixels enlarged."""
    small = [file for file in logo.files if file.lockup == "symbol-small"]
    pictures = []
    for file in small or [file for file in logo.files if file.lockup == "symbol"]:
        if file.treatment not in {"color", "black"}:
            continue
        for size in SMALL_SIZES:
            source = _address(svg_to_png(file.svg, size), "png")
            pictures += [
                f'<img width="{shown}" alt="{size} px, {file.treatment}" src="{source}">'
                for shown in (size, MAGNIFIED)
            ]
    return f'<div class="small">{"".join(pictures)}</div>' if pictures else ""


def _address(content: bytes, kind: str) -> str:
    return f"data:image/{kind};base64,{b64encode(content).decode()}"
