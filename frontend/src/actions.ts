/** Tap, hold and double tap, which do what the options say, as on the frontend's own cards. */
import { fire, showMoreInfo } from "./hass";

export interface ActionConfig {
  action: string;
  [option: string]: unknown;
}

export interface Actions {
  tap_action?: ActionConfig;
  hold_action?: ActionConfig;
  double_tap_action?: ActionConfig;
}

export type Gesture = "tap" | "hold" | "double_tap";

const HOLD = 500;
const DOUBLE_TAP = 250;

const isSomething = (action: ActionConfig | undefined): boolean => action !== undefined && action.action !== "none";

/** Do what the options say for a gesture; return whether they say anything. Without an option, a tap opens more. */
export function perform(element: Element, actions: Actions, gesture: Gesture, entity: string | undefined): boolean {
  const action = actions[`${gesture}_action`];
  if (!action) {
    if (gesture === "tap") showMoreInfo(element, entity);
    return gesture === "tap";
  }
  if (isSomething(action)) {
    const { tap_action, hold_action, double_tap_action } = actions;
    fire(element, "hass-action", { config: { entity, tap_action, hold_action, double_tap_action }, action: gesture });
  }
  return true;
}

const EVENTS = ["click", "contextmenu", "pointerdown", "pointerup", "pointercancel", "pointerout"];

interface GestureOptions {
  /** What can be tapped and held in the element. */
  selector: string;
  actions: () => Actions;
  /** Whether holding does something without an option. */
  canHold?: boolean;
  perform: (gesture: Gesture, target: Element) => void;
}

/** Turns the pointer events and clicks of an element, which are the keyboard's, too, into gestures. */
export class Gestures {
  #holding: ReturnType<typeof setTimeout> | undefined;
  #tapping: ReturnType<typeof setTimeout> | undefined;
  #wasHeld = false;

  constructor(
    element: Element,
    private readonly options: GestureOptions,
  ) {
    for (const type of EVENTS) element.addEventListener(type, this);
  }

  handleEvent(event: Event): void {
    const { selector } = this.options;
    const target = event.composedPath().find((one) => one instanceof Element && one.matches(selector)) as Element | undefined;
    if (event.type !== "click") this.release();
    if (!target) return;
    if (event.type === "click") this.#click(event as MouseEvent, target);
    else if (event.type === "pointerdown") this.#press(event as PointerEvent, target);
    else if (event.type === "contextmenu") this.#openMenu(event, target);
  }

  /** Forget that something is pressed. */
  release(): void {
    clearTimeout(this.#holding);
  }

  get #canHold(): boolean {
    return this.options.canHold || isSomething(this.options.actions().hold_action);
  }

  #press(event: PointerEvent, target: Element): void {
    this.#wasHeld = false;
    if (event.button !== 0 || !this.#canHold) return;
    this.#holding = setTimeout(() => {
      this.#wasHeld = true;
      this.options.perform("hold", target);
    }, HOLD);
  }

  /** A right click, and the menu key, hold; so does a long touch, which is held already. */
  #openMenu(event: Event, target: Element): void {
    if (!this.#canHold) return;
    event.preventDefault();
    if (!this.#wasHeld) this.options.perform("hold", target);
  }

  #click(event: MouseEvent, target: Element): void {
    const { actions, perform: report } = this.options;
    // The click of a key has no detail, and ends no holding.
    const isEndOfHolding = this.#wasHeld && event.detail > 0;
    this.#wasHeld = false;
    if (isEndOfHolding) return;
    if (!isSomething(actions().double_tap_action)) return report("tap", target);
    const isSecond = this.#tapping !== undefined;
    clearTimeout(this.#tapping);
    this.#tapping = undefined;
    if (isSecond) return report("double_tap", target);
    this.#tapping = setTimeout(() => {
      this.#tapping = undefined;
      report("tap", target);
    }, DOUBLE_TAP);
  }
}
