/** Defining elements so that they stay defined. */

/**
 * Define an element once, and again where the frontend puts another registry in the place of the first.
 *
 * Older frontends load a polyfill of `customElements` at the same time as this module: an element that was defined
 * before it is unknown afterwards.
 */
export function define(tag: string, element: CustomElementConstructor, patience = 5000): void {
  const first = window.customElements;
  const defineHere = () => {
    if (!window.customElements.get(tag)) window.customElements.define(tag, element);
  };
  const heal = () => {
    if (window.customElements !== first) defineHere();
  };
  defineHere();
  void first.whenDefined("home-assistant").then(heal);
  setTimeout(heal, patience);
}
