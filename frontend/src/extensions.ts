/** The extensions that the integration knows: its devices with their entities, from the registries. */
import type { Device, Hass } from "./hass";

export interface Extension {
  /** Device that stands for it. */
  id: string;
  name: string;
  /** Short number that people dial. */
  number: string;
  /** Whether it has presence; call queues and park locations have none. */
  isPerson: boolean;
  area: string | undefined;
  labels: readonly string[];
  /** Entity ids by translation key. */
  entities: Readonly<Record<string, string | undefined>>;
  /** The account's connection sensor. */
  connection: string | undefined;
}

/** An extension's device has one of these; the account's has none. */
const KEYS_OF_EXTENSIONS = ["call_state", "call", "caller", "ringing", "presence"];
const KEYS_OF_PEOPLE = ["presence", "dnd", "set_status", "set_dnd"];

/** What decides how an extension looks. */
export const SHOWN_KEYS = ["call_state", "presence", "dnd"] as const;

interface Found {
  devices: Hass["devices"];
  extensions: ReadonlyMap<string, Extension>;
}

const found = new WeakMap<Hass["entities"], Found>();

/** Return all extensions by device; read again only when a registry has changed. */
export function findExtensions(hass: Hass): ReadonlyMap<string, Extension> {
  let known = found.get(hass.entities);
  if (known?.devices !== hass.devices) {
    known = { devices: hass.devices, extensions: read(hass) };
    found.set(hass.entities, known);
  }
  return known.extensions;
}

function read(hass: Hass): ReadonlyMap<string, Extension> {
  const byDevice = new Map<string, Record<string, string>>();
  for (const entity of Object.values(hass.entities)) {
    if (entity.platform === "ringcentral" && entity.device_id && entity.translation_key) {
      const entities = byDevice.get(entity.device_id) ?? {};
      entities[entity.translation_key] = entity.entity_id;
      byDevice.set(entity.device_id, entities);
    }
  }
  const extensions = new Map<string, Extension>();
  for (const [id, entities] of byDevice) {
    const device = hass.devices[id];
    if (device && KEYS_OF_EXTENSIONS.some((key) => key in entities)) {
      extensions.set(id, describe(device, entities, byDevice.get(device.via_device_id ?? "")?.["connection"]));
    }
  }
  return extensions;
}

function describe(device: Device, entities: Record<string, string>, connection: string | undefined): Extension {
  return {
    id: device.id,
    name: device.name_by_user || device.name || device.model_id || device.id,
    number: device.model_id ?? "",
    isPerson: KEYS_OF_PEOPLE.some((key) => key in entities),
    area: device.area_id ?? undefined,
    labels: device.labels ?? [],
    entities,
    connection,
  };
}

/** Return whether any of an extension's shown entities is another than before. */
export function hasChanged(before: Hass, now: Hass, entityIds: readonly (string | undefined)[]): boolean {
  return entityIds.some((id) => id !== undefined && before.states[id] !== now.states[id]);
}

/** Return whether something changed that every text and color may depend on. */
export function hasNewSurroundings(before: Hass, now: Hass): boolean {
  return (
    before.entities !== now.entities ||
    before.devices !== now.devices ||
    before.locale !== now.locale ||
    before.localize !== now.localize ||
    before.formatEntityState !== now.formatEntityState ||
    before.connected !== now.connected
  );
}

/** Return the device that an example shows: one's own phone, else any. */
export function usualPhone(hass: Hass): string {
  const extensions = [...findExtensions(hass).values()];
  return (extensions.find((one) => one.entities["set_status"]) ?? extensions[0])?.id ?? "";
}
