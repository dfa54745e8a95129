import type { Hass } from "../src/hass";
export function call(state: string, fields?: Record<string, unknown>): Record<string, unknown>;
export class FakeOffice {
  constructor(options?: { people?: number; language?: string; queues?: number });
  hass: Hass;
  actions: unknown[][];
  set(entityId: string, state: string, attributes?: Record<string, unknown>): Hass;
  calls(index: number, ...calls: Record<string, unknown>[]): Hass;
}
