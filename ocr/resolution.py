"""The true resolution of a page in both axes.

A fax in "standard" has 204 dots an inch across and 98 down; in "fine" 204 x 196. Files often say
nothing, or lie: a photo carries 72, a scanner's PDF a page size made for another resolution. What is
not believable is replaced by the width of A4.
"""

from __future__ import annotations

A4_INCHES = (8.27, 11.69)
LOWEST, HIGHEST = 60.0, 1300.0
# Scan lines of fax machines: width in pixels for A4 at 204 dpi, and for 408 dpi (T.4, table 2).
FAX_WIDTHS = {1728: 204.0, 2048: 204.0, 2432: 204.0, 3456: 408.0}


def true_resolution(width: int, height: int, dpi: tuple[float, float], bilevel: bool) -> tuple[float, float]:
    """Dots per inch across and down of an image of `width` x `height` pixels.

    `dpi` is what the file says, (0, 0) for nothing. Believed if the paper it implies is between A6
    and A3 and its two axes are plausible; otherwise A4 paper is assumed, fax line densities first.
    """
    across, down = dpi
    if _believable(width, height, across, down):
        return across, down
    if bilevel and width in FAX_WIDTHS:
        across = FAX_WIDTHS[width]
        return across, min((98.0, 196.0, 204.0, 391.0), key=lambda d: abs(height / d - A4_INCHES[1]))
    return _as_a4(width, height, bilevel)


def _believable(width: int, height: int, across: float, down: float) -> bool:
    if not (LOWEST <= across <= HIGHEST and LOWEST <= down <= HIGHEST):
        return False
    short, long = sorted((width / across, height / down))
    return 3.9 <= short <= 12.0 and long <= 17.5 and long / short < 2.2


def _as_a4(width: int, height: int, bilevel: bool) -> tuple[float, float]:
    short, long = min(width, height), max(width, height)
    across = width / A4_INCHES[0]
    if bilevel and 190 <= across <= 215 and 0.62 <= height / width <= 0.8:
        return across, across * 98 / 204  # a standard fax whose file does not say so
    if 1.25 <= long / short <= 1.6:  # A4 or Letter, upright or lying
        return short / A4_INCHES[0], short / A4_INCHES[0]
    return across, across
