"""What makes the demo a home to try things in: areas, a light that follows the phone, what the assistant may know."""

from typing import Any

from .home_assistant import HomeAssistant

LIGHT = "light.desk"
AUTOMATION = "busy_light_demo"
_FRONT_DESK = "101"

# Areas by the numbers of the phones that stand there; those that are not named are in the last.
_AREAS = {"Reception": ("101",), "Support": ("102", "103", "104"), "Office": ()}


async def furnish(home: HomeAssistant) -> None:
    """Give the phones areas, the light its automation, and the assistant something to know."""
    (areas, devices, entities) = await home.commands(
        {"type": "config/area_registry/list"},
        {"type": "config/device_registry/list"},
        {"type": "config/entity_registry/list"},
    )
    phones = {one["model_id"]: one for one in devices if one["manufacturer"] == "RingCentral" and one["model_id"]}
    await _place(home, {one["name"]: one["area_id"] for one in areas}, phones)
    await _add_busy_light(home, phones)
    await home.commands(
        {
            "type": "homeassistant/expose_entity",
            "assistants": ["conversation"],
            "entity_ids": [LIGHT, *(one["entity_id"] for one in entities if one["platform"] == "ringcentral")],
            "should_expose": True,
        }
    )


async def turn_light_off(home: HomeAssistant) -> None:
    """Let the light begin off: one without a state of its own is unknown after a start."""
    await home.request("POST", "/api/services/light/turn_off", {"entity_id": LIGHT})


async def _place(home: HomeAssistant, known: dict[str, str], phones: dict[str, Any]) -> None:
    """Put what has no area yet into one; what a user has moved stays there."""
    missing = [name for name in _AREAS if name not in known]
    made = await home.commands(*({"type": "config/area_registry/create", "name": name} for name in missing))
    known |= {one["name"]: one["area_id"] for one in made if one is not None}
    named = {number: name for name, numbers in _AREAS.items() for number in numbers}
    last = list(_AREAS)[-1]
    await home.commands(
        *(
            {
                "type": "config/device_registry/update",
                "device_id": phone["id"],
                "area_id": known[named.get(number, last)],
            }
            for number, phone in phones.items()
            if phone["area_id"] is None
        ),
        {"type": "config/entity_registry/update", "entity_id": LIGHT, "area_id": known["Reception"]},
    )


async def _add_busy_light(home: HomeAssistant, phones: dict[str, Any]) -> None:
    """Let the light follow the front desk's phone by the blueprint."""
    desk = phones.get(_FRONT_DESK) or next(iter(phones.values()))
    automation = {
        "alias": "Busy light",
        "description": "The light Desk follows the phone of the front desk.",
        "use_blueprint": {
            "path": "ringcentral/busy_light.yaml",
            "input": {"phone": [desk["id"]], "lights": [LIGHT]},
        },
    }
    await home.request("POST", f"/api/config/automation/config/{AUTOMATION}", automation)
