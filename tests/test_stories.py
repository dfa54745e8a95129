"""Stories from the field, and their neighbours, through the real socket, the coordinator and Home Assistant."""

import pytest

from .stories import Teller, from_files
from .stories.neighbours import STORIES

ALL = {**from_files(), **STORIES}


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
@pytest.mark.parametrize("name", ALL)
async def test_people_see_what_happens(office, name):
    # What is proved after the start is no part of the story.
    await office.pass_time(8)
    player = Teller(office)
    await player.play(ALL[name])
    player.check_reported(ALL[name]["expect"])
