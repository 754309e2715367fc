// The part of @weft/lm that needs Node: files.
export { loadCheckpoint } from "./loadCheckpoint.js";
export { mobyDickPath, readText } from "./readText.js";
export { checkSaveFolder, saveCheckpoint } from "./saveCheckpoint.js";
