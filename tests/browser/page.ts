import { open } from "@weft/tensor";
import { threeSteps } from "../program/threeSteps.mjs";

declare global {
  interface Window {
    train?: () => Promise<{ source: string; losses: number[] }>;
  }
}

window.train = async () => {
  const device = await open();
  const losses = await threeSteps();
  const { source } = device.info;
  device.close();
  return { source, losses };
};
