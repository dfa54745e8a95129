"""What Home Assistant, the store and a stranger's machine expect of the repository."""

import ast
import json
from pathlib import Path
import re
import subprocess

import pytest

ROOT = Path(__file__).parent.parent
INTEGRATION = ROOT / "custom_components" / "ringcentral"
MANIFEST = json.loads((INTEGRATION / "manifest.json").read_text())


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [ROOT / name for name in listed.split("\0") if name]


def test_the_manifest_has_what_is_required_in_the_order_that_is_checked():
    names = list(MANIFEST)
    assert names[:2] == ["domain", "name"]
    assert names[2:] == sorted(names[2:])
    required = {"version", "codeowners", "documentation", "issue_tracker"}
    assert required <= set(names)
    assert MANIFEST["domain"] == INTEGRATION.name
    assert MANIFEST["iot_class"] == "cloud_push"
    assert re.fullmatch(r"\d+\.\d+\.\d+(b\d+)?", MANIFEST["version"])
    assert MANIFEST["documentation"].startswith("https://")


def test_integrations_whose_code_is_used_are_declared():
    """A platform's file may use the integration that it is a platform of."""
    declared = {*MANIFEST["dependencies"], *MANIFEST["after_dependencies"]}
    assert len(declared) == len(MANIFEST["dependencies"]) + len(MANIFEST["after_dependencies"])
    used = set()
    for path in INTEGRATION.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module == "homeassistant.components":
                used |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("homeassistant.components."):
                used.add(node.module.split(".")[2])
    platforms = {path.stem for path in INTEGRATION.glob("*.py")} - {"webhook", "websocket_api"}
    # A media source speaks of media in the words of media players, which it needs itself.
    platforms.add("media_player")
    assert used - platforms - {"homeassistant"} <= declared


def test_requirements_are_pinned_as_they_are_tested():
    pinned = (ROOT / "requirements" / "test.txt").read_text()
    for requirement in MANIFEST["requirements"]:
        assert "==" in requirement
        assert re.search(rf"^{re.escape(requirement)}\b", pinned, re.MULTILINE)


def test_the_stores_file_has_only_known_keys():
    known = {"name", "homeassistant", "hacs", "content_in_root", "zip_release", "filename", "hide_default_branch"}
    known |= {"persistent_directory", "country", "render_readme"}
    content = json.loads((ROOT / "hacs.json").read_text())
    assert {"name", "homeassistant"} <= set(content) <= known
    assert content["homeassistant"] == "2026.11.0"


@pytest.mark.parametrize("path", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda path: path.name)
def test_pinned_packages_have_hashes(path):
    packages = [one for one in re.split(r"\n(?=\S)", path.read_text()) if "==" in one and not one.startswith("#")]
    assert packages
    for package in packages:
        assert "--hash=sha256:" in package, package[:60]


# Written in parts, so that this file does not name them.
HOSTS = ["pypi" + ".org", "files.python" + "hosted", "registry.npm" + "js", "deb.deb" + "ian", "/opt/" + "pypi"]
PLACES = ["/wo" + "rk/", "../sha" + "red", "/ro" + "ot/"]


def test_no_file_names_a_registry_or_a_place_on_one_machine():
    for path in tracked_files():
        if not path.is_file():
            continue
        text = path.read_bytes().decode("utf-8", errors="ignore")
        for word in (*HOSTS, *PLACES):
            assert word not in text, f"{path.relative_to(ROOT)} names {word}"


def test_scripts_can_be_run():
    for path in [*(ROOT / "scripts").iterdir(), ROOT / ".ci" / "run"]:
        assert path.stat().st_mode & 0o111, path
        if path.read_text().startswith("#!/usr/bin/env bash"):
            subprocess.run(["bash", "-n", str(path)], check=True)
