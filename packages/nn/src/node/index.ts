// The part of @weft/nn that needs Node: files.
export { loadSafetensors } from "./loadSafetensors.js";
export { makeFolder, nearestExisting } from "./makeFolder.js";
export { codeOf, reasonOf } from "./reason.js";
export { saveSafetensors } from "./saveSafetensors.js";
export { removeUnfinished, writeDurably } from "./writeDurably.js";
