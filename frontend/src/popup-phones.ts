/** Which phones open a popup, on which dashboard; the popup itself is in the chunk of extras. */
import { loadExtras } from "./chunks";
import type { Extension } from "./extensions";
import { frontend } from "./hass";

/** Devices whose phones open a popup, with whether their numbers are masked, by dashboard. */
const requested = new Map<string, Map<string, boolean>>();

/** Return the dashboard that is open; its views share the first part of their paths. */
export const openDashboard = (): string => location.pathname.split("/")[1] ?? "";

/** Return the phones that open a popup on the dashboard that is open. */
export const popupPhones = (): ReadonlyMap<string, boolean> => requested.get(openDashboard()) ?? new Map();

/** Have phones open a popup while a dashboard is open, in whichever view. */
export function requestPopup(dashboard: string, extensions: readonly Pick<Extension, "id">[], mask: boolean): void {
  const phones = new Map(requested.get(dashboard));
  for (const { id } of extensions) phones.set(id, mask);
  requested.set(dashboard, phones);
  void loadExtras().then(attach, () => undefined);
}

/** Put the popup where the frontend has its own dialogs. */
function attach(): void {
  const root = frontend()?.shadowRoot;
  if (root && !root.querySelector("ringcentral-popup")) root.append(document.createElement("ringcentral-popup"));
}

/** Forget what a dashboard asks for. */
export function forgetPopups(dashboard: string): void {
  requested.delete(dashboard);
}

interface Asking {
  /** The dashboard that the card is on: another may be open already when it renders for the last time. */
  dashboard: string;
  preview: boolean;
}

/** Do what a card's option says; cards of a dashboard that is being edited ask again when they are shown afterwards. */
export function askForPopup(card: Asking, config: { popup?: boolean; mask?: boolean }, extensions: readonly Extension[]): void {
  if (card.preview) forgetPopups(card.dashboard);
  else if (config.popup) requestPopup(card.dashboard, extensions, config.mask === true);
}
