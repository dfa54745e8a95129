import type { Hass } from "../src/hass";
export function call(state: string, fields?: Record<string, unknown>): Record<string, unknown>;
export function translate(language: string, key: string, fill?: Record<string, string>): string;
export interface OfficeOptions {
  people?: number;
  language?: string;
  queues?: number;
  dnd?: string[];
  hasAllControls?: boolean;
}
export class FakeOffice {
  constructor(options?: OfficeOptions);
  hass: Hass;
  actions: unknown[][];
  commands: Record<string, unknown>[];
  subscriptions: string[];
  reported: { phones: unknown[]; mailboxes: unknown[] };
  answer: (command: Record<string, unknown>) => unknown;
  loaded: string[][];
  set(entityId: string, state: string, attributes?: Record<string, unknown>): Hass;
  calls(index: number, ...calls: Record<string, unknown>[]): Hass;
}
