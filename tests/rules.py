"""A plugin that lets the tests of `api/` and `presence/` run without importing Home Assistant.

Importing a module of the integration imports the integration itself first, and with it all of Home Assistant. Here the
package is an empty one with the same folder, which is enough for what knows nothing of Home Assistant.
"""

from pathlib import Path
import sys
from types import ModuleType

_NAME = "custom_components.ringcentral"

package = ModuleType(_NAME)
package.__path__ = [str(Path(__file__).parents[1] / "custom_components" / "ringcentral")]
sys.modules[_NAME] = package
