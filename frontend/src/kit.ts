/** What the other chunks use of the first module; it is handed over, since what both imported would be one more. */
import { html, nothing, render } from "lit/html.js";
import { Gestures, perform } from "./actions";
import { newlyRinging } from "./announce";
import { maskNumber, maskParty, readParty } from "./calls";
import { chosenExtension, chosenExtensions } from "./config";
import { renderOptions } from "./controls";
import { define } from "./define";
import { Card, styleSheet } from "./element";
import { findExtensions, hasChanged, hasNewSurroundings, SHOWN_KEYS } from "./extensions";
import { FEATURES, selectOf } from "./feature-list";
import { formatsOf } from "./format";
import { act, pageHass } from "./hass";
import { renderRest, renderTimer } from "./parts";
import { callerOf, describePhone, ICONS } from "./phone";
import { askForPopup, popupPhones } from "./popup-phones";
import { FEW } from "./switchboard";
import { timerText } from "./timer";
import { say } from "./words";

/** Return it; a function, because these modules and the loading of the chunk import each other. */
export const kit = () => ({
  act,
  askForPopup,
  callerOf,
  Card,
  chosenExtension,
  chosenExtensions,
  define,
  describePhone,
  FEATURES,
  FEW,
  findExtensions,
  formatsOf,
  Gestures,
  hasChanged,
  hasNewSurroundings,
  html,
  ICONS,
  maskNumber,
  maskParty,
  newlyRinging,
  nothing,
  pageHass,
  perform,
  popupPhones,
  readParty,
  render,
  renderOptions,
  renderRest,
  renderTimer,
  say,
  selectOf,
  SHOWN_KEYS,
  styleSheet,
  timerText,
});

export type Kit = ReturnType<typeof kit>;
