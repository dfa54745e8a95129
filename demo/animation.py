"""Puts pictures of a page together to one that moves: ``python -m demo.animation FOLDER FILE``.

The folder has a PNG for each moment, named by its milliseconds.
"""

from itertools import pairwise
from pathlib import Path
import sys

from PIL import Image

# At most so large, for pages that are read on the way.
MOST_BYTES = 1_000_000
_COLORS = 96
# The last picture stays so long before it begins again.
_LAST = 600


def main(folder: str, target: str) -> int:
    """Write the moving picture, and return the exit status."""
    moments = sorted(Path(folder).glob("*.png"), key=lambda path: int(path.stem))
    times = [int(path.stem) for path in moments]
    pictures = [Image.open(path).convert("RGB") for path in moments]
    # One palette for all: the moment with the most colors in it is not the first.
    palette = _palette(pictures)
    frames = [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in pictures]
    durations = [max(20, later - now) for now, later in pairwise(times)] + [_LAST]
    frames[0].save(target, save_all=True, append_images=frames[1:], duration=durations, loop=0, optimize=True)
    size = Path(target).stat().st_size
    print(f"{target}: {len(frames)} pictures, {sum(durations) / 1000:.1f} s, {size // 1000} kB")  # noqa: T201
    return 0 if size <= MOST_BYTES else 1


def _palette(pictures: list[Image.Image]) -> Image.Image:
    width, height = pictures[0].size
    chosen = pictures[:: max(1, len(pictures) // 8)]
    together = Image.new("RGB", (width, height * len(chosen)))
    for place, picture in enumerate(chosen):
        together.paste(picture, (0, height * place))
    return together.quantize(colors=_COLORS, method=Image.Quantize.MEDIANCUT)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
