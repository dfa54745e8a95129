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
    subscribeMessage<T>(receive: (message: T) => void, command: { type: string }): Promise<() => void>;
  };
  localize(key: string, fill?: Record<string, string>): string;
  formatEntityState?(state: EntityState, value?: string): string;
  callService(
    domain: string,
    service: string,
    data?: Record<string, unknown>,
    target?: Record<string, unknown>,
  ): Promise<unknown>;
}

/** Open the frontend's dialog about an entity. */
export function showMoreInfo(element: HTMLElement, entityId: string | undefined): void {
  if (entityId) {
    element.dispatchEvent(
      new CustomEvent("hass-more-info", { bubbles: true, composed: true, detail: { entityId } }),
    );
  }
}
