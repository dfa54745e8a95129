"""The script that maintains the texts in all languages."""

import json
from pathlib import Path
import shutil
import subprocess

import pytest

ROOT = Path(__file__).parent.parent
LANGUAGES = ("de", "en", "fr")


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "text", tmp_path / "scripts")
    for language in LANGUAGES:
        keep(tmp_path, language, {"entity": {"sensor": {"caller": {"name": f"Caller {language}"}}}})
    return tmp_path


def place(tree, language):
    return tree / "custom_components" / "ringcentral" / "translations" / f"{language}.json"


def keep(tree, language, texts):
    place(tree, language).parent.mkdir(parents=True, exist_ok=True)
    place(tree, language).write_text(json.dumps(texts, indent=2, ensure_ascii=False) + "\n")


def texts(tree):
    return {language: json.loads(place(tree, language).read_text()) for language in LANGUAGES}


def run(tree, *arguments, fails=False):
    done = subprocess.run(
        [tree / "scripts" / "text", *arguments], capture_output=True, check=False, text=True, timeout=60
    )
    assert (done.returncode != 0) == fails, done.stderr
    return done.stderr if fails else done.stdout


def test_a_text_is_added_to_all_languages_and_what_is_left_in_english_is_named(tree):
    said = run(tree, "add", "entity.sensor.queue.name", "Queue", "de=Warteschlange")

    assert said == "Still in English: fr\n"
    assert [one["entity"]["sensor"]["queue"]["name"] for one in texts(tree).values()] == [
        "Warteschlange",
        "Queue",
        "Queue",
    ]
    assert run(tree, "english") == "fr: entity.sensor.queue.name: Queue\n"


def test_a_text_is_replaced_and_removed(tree):
    run(tree, "set", "entity.sensor.caller.name", "fr=Appelant")
    assert texts(tree)["fr"]["entity"]["sensor"]["caller"]["name"] == "Appelant"
    run(tree, "remove", "entity.sensor.caller")
    assert all(one == {"entity": {"sensor": {}}} for one in texts(tree).values())


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("add", "entity.sensor.caller.name", "Caller"), "is there already"),
        (("add", "entity.sensor.caller.name.more", "Caller"), "is a text, no group"),
        (("set", "entity.sensor.queue.name", "de=Warteschlange"), "there is no entity.sensor.queue.name"),
        (("set", "entity.sensor.caller.name", "xx=Caller"), "no such language: xx"),
        (("remove", "entity.sensor.queue"), "there is no entity.sensor.queue"),
        (("remove",), "scripts/text remove PATH"),
        (("rename", "a", "b"), "scripts/text add PATH"),
    ],
)
def test_what_cannot_be_done_changes_nothing_and_says_why(tree, arguments, why):
    before = texts(tree)
    assert why in run(tree, *arguments, fails=True)
    assert texts(tree) == before


def test_the_files_of_the_integration_are_as_the_script_writes_them(tmp_path):
    folder = Path("custom_components") / "ringcentral" / "translations"
    shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "text", tmp_path / "scripts")
    english = json.loads((ROOT / folder / "en.json").read_text())["conditions"]["is_ringing"]["name"]
    run(tmp_path, "set", "conditions.is_ringing.name", f"en={english}")
    for path in (ROOT / folder).glob("*.json"):
        assert (tmp_path / folder / path.name).read_text() == path.read_text()
