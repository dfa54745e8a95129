/** What the chunk of extras uses of the first module; it is handed over, since what both imported would be a third one. */
import { html, nothing } from "lit/html.js";
import { Gestures, perform } from "./actions";
import { newlyRinging } from "./announce";
import { chosenExtension } from "./config";
import { renderOptions } from "./controls";
import { define } from "./define";
import { Card, styleSheet } from "./element";
import { findExtensions, hasChanged, hasNewSurroundings, SHOWN_KEYS } from "./extensions";
import { FEATURES, selectOf } from "./feature";
import { act, pageHass } from "./hass";
import { renderRest, renderTimer } from "./parts";
import { callerOf, describePhone, ICONS } from "./phone";
import { askForPopup, popupPhones } from "./popups";
import { FEW } from "./switchboard";
import { say } from "./words";

/** Return it; a function, because these modules and the loading of the chunk import each other. */
export const kit = () => ({
  act,
  askForPopup,
  callerOf,
  Card,
  chosenExtension,
  define,
  describePhone,
  FEATURES,
  FEW,
  findExtensions,
  Gestures,
  hasChanged,
  hasNewSurroundings,
  html,
  ICONS,
  newlyRinging,
  nothing,
  pageHass,
  perform,
  popupPhones,
  renderOptions,
  renderRest,
  renderTimer,
  say,
  selectOf,
  SHOWN_KEYS,
  styleSheet,
});

export type Kit = ReturnType<typeof kit>;
