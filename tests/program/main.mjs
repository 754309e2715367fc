// Prints the losses of three training steps as one JSON array.
import { open } from "@weft/tensor";
import { threeSteps } from "./threeSteps.mjs";

const device = await open();
console.log(JSON.stringify(await threeSteps()));
device.close();
