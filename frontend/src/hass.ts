/** What the cards use of the frontend's `hass` object. */

export interface EntityState {
  entity_id: string;
  state: string;
  attributes: Record<string, unknown>;
}

export interface RegistryEntity {
  entity_id: string;
  platform: string;
  translation_key?: string;
  device_id?: string | null;
  area_id?: string | null;
  labels?: readonly string[];
}

export interface Device {
  id: string;
  name: string | null;
  name_by_user?: string | null;
  model_id?: string | null;
  area_id?: string | null;
  via_device_id?: string | null;
  labels?: readonly string[];
}

export interface Hass {
  states: Record<string, EntityState | undefined>;
  entities: Record<string, RegistryEntity>;
  devices: Record<string, Device | undefined>;
  locale?: { language: string; time_format?: string; time_zone?: string };
  config?: { time_zone?: string };
  themes?: unknown;
  connected?: boolean;
  connection?: {
    subscribeMessage<T>(
      receive: (message: T) => void,
      command: { type: string; [option: string]: unknown },
    ): Promise<() => void>;
    sendMessagePromise<T>(command: { type: string; [option: string]: unknown }): Promise<T>;
  };
  hassUrl?(path: string): string;
  localize(key: string, fill?: Record<string, string>): string;
  loadBackendTranslation?(category: string, integration: string): Promise<unknown>;
  formatEntityState?(state: EntityState, value?: string): string;
  callService(
    domain: string,
    service: string,
    data?: Record<string, unknown>,
    target?: Record<string, unknown>,
  ): Promise<unknown>;
}

/** Return the frontend's root element, if the page has one. */
export function frontend(): (HTMLElement & { hass?: Hass }) | null {
  return document.querySelector<HTMLElement & { hass?: Hass }>("home-assistant");
}

/** Return the frontend's own `hass`, for what is asked before a card has one. */
export function pageHass(): Hass | undefined {
  return frontend()?.hass;
}

/** Let the frontend do something, as its own elements do. */
export function fire(element: Element, type: string, detail: unknown): void {
  element.dispatchEvent(new CustomEvent(type, { bubbles: true, composed: true, detail }));
}

/** Open the frontend's dialog about an entity. */
export function showMoreInfo(element: Element, entityId: string | undefined): void {
  if (entityId) fire(element, "hass-more-info", { entityId });
}

/** Carry out an action of Home Assistant; what goes wrong, the frontend itself reports to the user. */
export function act(hass: Hass, action: string, data: Record<string, unknown>, target: Record<string, unknown>) {
  const [domain = "", service = ""] = action.split(".");
  return hass.callService(domain, service, data, target).then(
    () => true,
    () => false,
  );
}
