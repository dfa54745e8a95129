"""A release carries one version everywhere, and its archive is what the store would install."""

import json
from pathlib import Path
import shutil
import subprocess
import sys
import zipfile

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture
def checkout(tmp_path):
    """A copy of what a release touches, with something to announce."""
    for name in ("CHANGELOG.md", "pyproject.toml", "custom_components/ringcentral/manifest.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    changelog = tmp_path / "CHANGELOG.md"
    changelog.write_text("# Changelog\n\n## [Unreleased]\n\n### Fixed\n\n- The light.\n\n## [0.0.1] - 2026-01-01\n")
    return tmp_path


def release(checkout, *arguments):
    command = [sys.executable, ROOT / "scripts" / "release", *arguments, "--to", checkout]
    return subprocess.run(command, capture_output=True, check=False, text=True)


def test_stamping_sets_the_version_everywhere_and_dates_the_changelog(checkout):
    assert release(checkout, "stamp", "1.2.0").returncode == 0
    manifest = json.loads((checkout / "custom_components/ringcentral/manifest.json").read_text())
    assert manifest["version"] == "1.2.0"
    assert 'version = "1.2.0"' in (checkout / "pyproject.toml").read_text()
    changelog = (checkout / "CHANGELOG.md").read_text()
    assert changelog.index("[Unreleased]") < changelog.index("## [1.2.0] - 20") < changelog.index("- The light.")


def test_a_release_that_brings_nothing_is_refused(checkout):
    release(checkout, "stamp", "1.2.0")
    again = release(checkout, "stamp", "1.3.0")
    assert again.returncode == 1
    assert "nothing under [Unreleased]" in again.stderr
    assert "1.3.0" not in (checkout / "CHANGELOG.md").read_text()


@pytest.mark.parametrize("version", ["v1.2.0", "1.2", "latest", "1.2.0; rm"])
def test_what_is_no_version_is_refused(checkout, version):
    refused = release(checkout, "stamp", version)
    assert refused.returncode == 1
    assert "is no version" in refused.stderr


def test_the_archive_holds_the_integration_and_is_the_same_every_time(tmp_path):
    shutil.copytree(
        ROOT / "custom_components", tmp_path / "custom_components", ignore=shutil.ignore_patterns("__pycache__")
    )
    for command in (["init", "--quiet"], ["add", "custom_components"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    (tmp_path / "custom_components/ringcentral/notes.txt").write_text("of nobody's business")
    (tmp_path / "custom_components/ringcentral/__pycache__").mkdir()
    (tmp_path / "custom_components/ringcentral/__pycache__/const.pyc").touch()
    (tmp_path / "custom_components/ringcentral/const.py").chmod(0o600)
    version = json.loads((ROOT / "custom_components/ringcentral/manifest.json").read_text())["version"]
    packed = []
    for _ in range(2):
        assert release(tmp_path, "archive", version).returncode == 0
        packed.append((tmp_path / "ringcentral.zip").read_bytes())
    assert packed[0] == packed[1]
    with zipfile.ZipFile(tmp_path / "ringcentral.zip") as archive:
        names = set(archive.namelist())
        assert json.loads(archive.read("manifest.json"))["version"] == version
        assert {one.external_attr >> 16 for one in archive.infolist()} == {0o100644}
    assert {"__init__.py", "api/client.py", "translations/en.json", "brand/icon.png"} <= names
    assert not any("__pycache__" in name or "notes" in name for name in names), "what is tracked, and no more"


def test_without_a_git_checkout_nothing_is_packed(tmp_path):
    shutil.copytree(ROOT / "custom_components", tmp_path / "custom_components")
    version = json.loads((ROOT / "custom_components/ringcentral/manifest.json").read_text())["version"]
    refused = release(tmp_path, "archive", version)
    assert refused.returncode == 1
    assert "Git" in refused.stderr
    assert not (tmp_path / "ringcentral.zip").exists()


def test_an_archive_of_another_version_is_refused(checkout):
    refused = release(checkout, "archive", "9.9.9")
    assert refused.returncode == 1
    assert "not 9.9.9" in refused.stderr
    assert not (checkout / "ringcentral.zip").exists()
