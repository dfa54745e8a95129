"""Every picture of the documentation is there, and is made by a script."""

from pathlib import Path
import re

from PIL import Image
import pytest

from benchmarks.report import PLOTS
from demo.animation import MOST_BYTES
from tests.test_repository import ROOT, tracked_files

IMAGES = ROOT / "docs" / "images"
SCREENSHOTS = sorted((ROOT / "frontend").glob("screenshots*.mjs"))
DOCUMENTS = [path for path in tracked_files() if path.suffix == ".md"]


def made() -> set[str]:
    """Return the names of the pictures that scripts/screenshots and scripts/benchmark make."""
    moving = re.compile(r'\bfilm\(page, "([\w-]+)"')
    text = "\n".join(path.read_text() for path in SCREENSHOTS)
    shot = re.findall(r'\bshoot\w*\(.*?["`]([\w${}-]+)["`](?:, \{.*)?\);', text)
    names = {name.replace("${theme}", theme) for name in shot for theme in ("dark", "light")}
    filmed = {f"{name}.gif" for name in moving.findall(text)}
    return {*(f"{name}.png" for name in names), *filmed, *(f"performance-{name}.svg" for name, *_ in PLOTS)}


def shown(document: Path) -> set[Path]:
    text = document.read_text()
    targets = re.findall(r"!\[[^\]]*\]\(([^)\s]+)\)|<(?:img|source)[^>]* src(?:set)?=\"([^\"]+)\"", text)
    return {(document.parent / (one or other)).resolve() for one, other in targets if "//" not in one + other}


def test_scripts_make_exactly_the_pictures_that_are_there():
    assert {path.name for path in IMAGES.iterdir()} == made()


def test_every_kind_of_screenshot_is_made_by_the_one_command():
    command = (ROOT / "scripts" / "screenshots").read_text()
    assert SCREENSHOTS
    for path in SCREENSHOTS:
        assert f"node {path.name}\n" in command


@pytest.mark.parametrize("picture", sorted(IMAGES.glob("*.gif")), ids=lambda path: path.name)
def test_a_moving_picture_is_short_and_small(picture):
    assert picture.stat().st_size <= MOST_BYTES
    with Image.open(picture) as opened:
        milliseconds = 0
        for frame in range(opened.n_frames):
            opened.seek(frame)
            milliseconds += opened.info["duration"]
    assert 3000 < milliseconds <= 6500


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_pictures_that_are_shown_exist(document):
    for picture in shown(document):
        assert picture.is_file(), picture.name
