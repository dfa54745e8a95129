"""A plugin that lets the rules' tests run without importing Home Assistant; ``scripts/test --rules`` loads it.

Importing a module of the integration imports the integration itself first, and with it all of Home Assistant. Here the
package is an empty one with the same folder, which is enough for what knows nothing of Home Assistant.
"""

from pathlib import Path
import sys
from types import ModuleType

import hypothesis
import pytest

_NAME = "custom_components.ringcentral"

package = ModuleType(_NAME)
package.__path__ = [str(Path(__file__).parents[1] / "custom_components" / "ringcentral")]
sys.modules[_NAME] = package

# As in conftest.py, which is not loaded.
# No test depends on how fast the machine is.
hypothesis.settings.register_profile(
    "repeatable", derandomize=True, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("repeatable")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail if something has imported Home Assistant all the same."""
    if "homeassistant" in sys.modules:
        pytest.exit("Something imports Home Assistant, which the rules do without.", pytest.ExitCode.TESTS_FAILED)
