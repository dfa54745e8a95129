/**
 * The chunk of what few dashboards need.
 *
 * Its modules import only types of the others, and are given the rest: what both imported would become a chunk that
 * everything waits for.
 */
import { makeBadge } from "./badge";
import { makeControl } from "./control-element";
import { makeDialog } from "./dialog";
import { makeFeature } from "./feature-element";
import type { Kit } from "./kit";
import { makePopup } from "./popup-element";

export { makeDashboard } from "./dashboard";
export { makeDashboardEditor, makeForm } from "./editors";

/** Define the elements that stand-ins show. */
export function defineElements(kit: Kit): void {
  kit.define("ringcentral-badge-content", makeBadge(kit));
  kit.define("ringcentral-control-content", makeControl(kit));
  kit.define("ringcentral-dialog", makeDialog(kit));
  kit.define("ringcentral-popup", makePopup(kit));
  for (const feature of kit.FEATURES) kit.define(`${feature.tag}-content`, makeFeature(kit, feature));
}
