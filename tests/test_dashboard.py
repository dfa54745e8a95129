"""The cards reach every dashboard: served, listed once, renewed by an upgrade, and gone with the last entry."""

import json
import re

from homeassistant.components.frontend import DATA_EXTRA_MODULE_URL
from homeassistant.components.lovelace.const import LOVELACE_DATA
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, flush_store

from custom_components.ringcentral import dashboard
from custom_components.ringcentral.dashboard import DATA_URL, FOLDER, PATH
from tests.test_repository import INTEGRATION, MANIFEST, ROOT

STORED = "lovelace_resources"
FOREIGN = {"id": "f", "url": "/hacsfiles/other/other.js?hacstag=1", "type": "module"}
MODULE = INTEGRATION / "frontend" / "ringcentral-cards.js"
CHUNKS = sorted(set(MODULE.parent.iterdir()) - {MODULE})


def stored(*items):
    return {"version": 1, "minor_version": 1, "key": STORED, "data": {"items": list(items)}}


def ours(query, id_="o", kind="module"):
    return {"id": id_, "url": f"{PATH}{query}", "type": kind}


@pytest.fixture
def lovelace_config():
    return {}


@pytest.fixture
async def lovelace(hass, lovelace_config):
    """Home Assistant's dashboards."""
    assert await async_setup_component(hass, "frontend", {"lovelace": lovelace_config} if lovelace_config else {})
    return hass.data[LOVELACE_DATA]


async def set_up(hass, entry):
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()


def listed(lovelace):
    return [item["url"] for item in lovelace.resources.async_items()]


async def test_the_module_is_served_for_a_month(hass, entry, hass_client_no_auth):
    await set_up(hass, entry)
    client = await hass_client_no_auth()
    async with client.get(hass.data[DATA_URL]) as response:
        assert response.status == 200
        assert response.content_type == "text/javascript"
        assert "max-age" in response.headers["Cache-Control"]
        assert await response.read() == MODULE.read_bytes()


async def test_the_chunks_that_it_loads_are_served_beside_it_and_no_others(hass, entry, hass_client_no_auth):
    await set_up(hass, entry)
    client = await hass_client_no_auth()
    loaded = re.findall(r'import\("\./([^"]+)"\)', MODULE.read_text())
    assert loaded == [path.name for path in CHUNKS]
    for path in CHUNKS:
        assert re.fullmatch(r"ringcentral-[a-z]+-[0-9A-Z]{8}\.js", path.name), (
            "a name without what it holds is kept too long"
        )
        async with client.get(f"{FOLDER}/{path.name}") as response:
            assert response.status == 200
            assert response.content_type == "text/javascript"
            assert "max-age" in response.headers["Cache-Control"]
            assert await response.read() == path.read_bytes()
    async with client.get(f"{FOLDER}/ringcentral-extras-00000000.js") as response:
        assert response.status == 404


async def test_its_address_has_the_version_and_what_it_holds(hass, entry):
    await set_up(hass, entry)
    assert re.fullmatch(rf"{PATH}\?v={re.escape(MANIFEST['version'])}-[0-9a-f]{{8}}", hass.data[DATA_URL])
    assert not re.search(r"/(static|api|local|frontend_\w+)/", PATH)


async def test_a_first_set_up_adds_it_to_the_resources(hass, lovelace, entry):
    await set_up(hass, entry)
    assert listed(lovelace) == [hass.data[DATA_URL]]
    assert lovelace.resources.async_items()[0]["type"] == "module"
    assert hass.data[DATA_URL] not in hass.data[DATA_EXTRA_MODULE_URL].urls


async def test_a_reload_adds_nothing(hass, lovelace, entry):
    await set_up(hass, entry)
    (before,) = lovelace.resources.async_items()
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert lovelace.resources.async_items() == [before]


@pytest.mark.parametrize("query", ["", "?v=0.0.1-12345678", "?what=a&user=changed"])
async def test_an_upgrade_renews_the_entry_in_its_place(hass, hass_storage, entry, query):
    hass_storage[STORED] = stored(ours(query), FOREIGN)
    assert await async_setup_component(hass, "lovelace", {})
    await set_up(hass, entry)
    resources = hass.data[LOVELACE_DATA].resources
    assert resources.async_items() == [{**ours(""), "url": hass.data[DATA_URL]}, FOREIGN]


async def test_an_entry_of_another_kind_becomes_a_module(hass, hass_storage, entry):
    hass_storage[STORED] = stored(ours("?v=1", kind="js"))
    assert await async_setup_component(hass, "lovelace", {})
    await set_up(hass, entry)
    assert [item["type"] for item in hass.data[LOVELACE_DATA].resources.async_items()] == ["module"]


async def test_duplicates_of_ours_go_and_others_stay(hass, hass_storage, entry):
    similar = {"id": "s", "url": f"{PATH}.bak", "type": "module"}
    hass_storage[STORED] = stored(ours("?v=1"), FOREIGN, ours("?v=2", "p"), similar)
    assert await async_setup_component(hass, "lovelace", {})
    await set_up(hass, entry)
    assert listed(hass.data[LOVELACE_DATA]) == [hass.data[DATA_URL], FOREIGN["url"], similar["url"]]


async def test_a_list_that_nobody_has_read_yet_is_kept(hass, hass_storage, entry):
    hass_storage[STORED] = stored(FOREIGN)
    assert await async_setup_component(hass, "lovelace", {})
    assert not hass.data[LOVELACE_DATA].resources.loaded
    await set_up(hass, entry)
    assert listed(hass.data[LOVELACE_DATA]) == [FOREIGN["url"], hass.data[DATA_URL]]
    await flush_store(hass.data[LOVELACE_DATA].resources.store)
    kept = hass_storage[STORED]["data"]["items"]
    assert [item["url"] for item in kept] == listed(hass.data[LOVELACE_DATA])


@pytest.mark.parametrize("lovelace_config", [{"mode": "yaml", "resource_mode": "yaml"}])
async def test_with_resources_in_yaml_it_is_an_extra_module(hass, lovelace, entry, lovelace_config):
    await set_up(hass, entry)
    assert hass.data[DATA_URL] in hass.data[DATA_EXTRA_MODULE_URL].urls
    assert lovelace.resources.async_items() == []
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.config_entries.async_remove(entry.entry_id)
    assert hass.data[DATA_URL] not in hass.data[DATA_EXTRA_MODULE_URL].urls


async def test_without_dashboards_and_frontend_phones_work(hass, office, caplog):
    assert LOVELACE_DATA not in hass.data
    assert office.shown("101", "call_state") == "idle"
    assert "dashboard cards" not in caplog.text


async def test_the_last_entry_takes_it_away(hass, lovelace, entry):
    await set_up(hass, entry)
    await hass.config_entries.async_remove(entry.entry_id)
    assert listed(lovelace) == []


async def test_it_stays_while_there_is_another_entry(hass, lovelace, entry):
    other = MockConfigEntry(domain=entry.domain, unique_id="another", data=dict(entry.data))
    await set_up(hass, entry)
    other.add_to_hass(hass)
    await hass.config_entries.async_remove(entry.entry_id)
    assert listed(lovelace) == [hass.data[DATA_URL]]


async def test_a_fault_in_the_resources_keeps_no_phone_from_working(hass, lovelace, entry, monkeypatch, caplog):
    async def fail():
        raise KeyError("changed")

    monkeypatch.setattr(lovelace.resources, "async_get_info", fail)
    await set_up(hass, entry)
    assert "could not be added" in caplog.text
    assert await hass.config_entries.async_remove(entry.entry_id) == {"require_restart": False}
    assert "could not be removed" in caplog.text


async def test_a_missing_module_keeps_no_phone_from_working(hass, lovelace, entry, monkeypatch, tmp_path, caplog):
    monkeypatch.setattr(dashboard, "_FILE", tmp_path / "missing.js")
    await set_up(hass, entry)
    assert "cards are not available" in caplog.text
    assert DATA_URL not in hass.data
    assert await hass.config_entries.async_remove(entry.entry_id) == {"require_restart": False}
    assert listed(lovelace) == []


@pytest.mark.parametrize("path", [MODULE, *CHUNKS], ids=lambda path: path.name)
def test_the_modules_ask_no_other_host_for_anything(path):
    text = path.read_text()
    assert MANIFEST["version"] in text.splitlines()[0]
    hosts = set(re.findall(r"https?://([^/\"'` ]+)", text))
    # A link to the documentation; the names of XML languages are no addresses.
    assert hosts - {"www.w3.org"} <= {"github.com"}


def test_what_is_loaded_first_is_small_and_waits_for_nothing():
    text = MODULE.read_text()
    assert MODULE.stat().st_size <= 48 * 1024
    assert not re.search(r'(^|[;}])import ?["{*\w]', text, re.MULTILINE)
    # What Lit is licensed under has to stay with it.
    assert "BSD-3-Clause" in text


def table(file, name):
    """Return the texts' keys in one of the tables of the cards' words."""
    source = (ROOT / "frontend" / "src" / file).read_text().partition(f"const {name} = {{")[2].partition("\n}")[0]
    return [key for key in re.findall(r': ["`]([\w.${}-]+)["`]', source) if "." in key]


def test_what_the_cards_take_from_the_integrations_texts_is_there():
    texts = json.loads((INTEGRATION / "translations" / "en.json").read_text())["entity"]
    names = [key.removeprefix("${ENTITY}.") for key in table("editors.ts", "EDITOR_WORDS") if key.startswith("$")]
    keys = table("words.ts", "TERMS") + names
    assert len(keys) > 10
    for key in keys:
        found = texts
        for part in key.split("."):
            found = found[part]
        assert isinstance(found, str)


def test_what_the_cards_take_from_the_frontends_texts_is_there():
    frontend = pytest.importorskip("hass_frontend", reason="scripts/setup demo installs the frontend")
    folder = frontend.where() / "static" / "translations"
    texts = {}
    for file in (*folder.glob("en-*.json"), *folder.glob("lovelace/en-*.json")):
        if "en-GB" not in file.name:
            texts |= json.loads(file.read_text())
    keys = table("words.ts", "FRONTEND_WORDS") + table("editors.ts", "EDITOR_WORDS")
    keys = [key for key in keys if not key.startswith("$")]
    assert len(keys) > 20
    assert [key for key in keys if key not in texts] == []
