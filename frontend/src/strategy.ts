/** What the frontend knows of the dashboard that builds itself; how it is built is in the chunk of extras. */
import { loadExtras, loadForm } from "./chunks";
import { checkConfig, type DashboardConfig } from "./config";
import { pageHass, type Hass } from "./hass";
import { kit } from "./kit";
import { forgetPopups, openDashboard, requestPopup } from "./popup-phones";
import { loadWords, say } from "./words";

export class PhonesStrategy extends HTMLElement {
  static registryDependencies = ["entities", "devices"];

  static getCreateSuggestions(hass: Hass) {
    return { title: say(hass, "phones"), icon: "mdi:phone" };
  }

  /** The frontend makes forms for cards only. */
  static async getConfigElement(): Promise<HTMLElement> {
    const { makeDashboardEditor } = await loadExtras();
    return makeDashboardEditor(await loadForm("dashboard"));
  }

  static async generate(config: DashboardConfig, hass: Hass) {
    checkConfig("dashboard", config);
    const dashboard = openDashboard();
    const [{ makeDashboard }] = await Promise.all([loadExtras(), loadWords(hass)]);
    forgetPopups(dashboard);
    if (config.popup?.length) requestPopup(dashboard, config.popup.map((id) => ({ id })), config.mask === true);
    // The frontend has other texts since the words were read.
    return makeDashboard(kit(), config, pageHass() ?? hass);
  }
}
