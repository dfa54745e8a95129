/** The controls that few cards show: a switch, and a text. */
import type { TemplateResult } from "lit/html.js";
import text from "./control-element.css?inline";
import type { EntityState, Hass } from "./hass";
import type { Kit } from "./kit";

interface Context {
  kind: "switch" | "text";
  caption: string;
  state: EntityState;
}

/** Make the element of a control. */
export function makeControl(kit: Kit) {
  const { act, Card, html } = kit;
  const sheet = kit.styleSheet(text);
  return class extends Card<Context> {
    constructor() {
      super(sheet);
    }

    set context(context: Context) {
      this.setConfig(context);
    }

    /** The card gives it another context when there is something to show. */
    protected isConcerned(): boolean {
      return false;
    }

    protected render(hass: Hass, context: Context): TemplateResult {
      return context.kind === "switch" ? this.#renderSwitch(hass, context) : this.#renderText(hass, context);
    }

    #renderSwitch(hass: Hass, { caption, state }: Context): TemplateResult {
      const toggle = () => void act(hass, "switch.toggle", {}, { entity_id: state.entity_id });
      const isOn = state.state === "on" ? "true" : "false";
      return html`<div class="toggle">
        <span id="caption">${caption}</span>
        <button role="switch" aria-labelledby="caption" aria-checked=${isOn} @click=${toggle}></button>
      </div>`;
    }

    #renderText(hass: Hass, { caption, state }: Context): TemplateResult {
      const value = state.state === "unknown" ? "" : state.state;
      const most = state.attributes["max"];
      const change = (event: Event) => {
        const { value: written } = event.target as HTMLInputElement;
        if (written !== value) void act(hass, "text.set_value", { value: written }, { entity_id: state.entity_id });
      };
      return html`<label>
        <span class="caption">${caption}</span>
        <input
          class="control"
          dir="auto"
          maxlength=${typeof most === "number" ? most : kit.nothing}
          .value=${value}
          @change=${change}
        />
      </label>`;
    }
  };
}
