import { DeviceError, reasonOf } from "../errors.js";
import type { AdapterChoice, AdapterPreference } from "./adapter.js";
import { infoOf } from "./info.js";

/**
 * The browser's own adapter, real hardware first; "system" asks for the same.
 *
 * @throws DeviceError when the page has no WebGPU, or asks for the embedded adapter, which only Node has
 */
export async function requestAdapter(preference?: AdapterPreference): Promise<AdapterChoice> {
  if (preference === "embedded") {
    throw new DeviceError(
      'open: the embedded adapter exists in Node only; leave out { adapter: "embedded" }.',
    );
  }
  if (preference !== undefined && preference !== "system") {
    throw new DeviceError(
      `open: adapter is ${JSON.stringify(preference)}; leave it out, a browser has one adapter only.`,
    );
  }
  const gpu: GPU | undefined = globalThis.navigator?.gpu;
  if (gpu === undefined) {
    // Browsers hide navigator.gpu from pages that came over plain http.
    const cure = globalThis.isSecureContext
      ? "use a recent Chrome, Edge, Firefox or Safari"
      : "serve the page over https or from localhost";
    throw new DeviceError(`open: this page has no WebGPU; ${cure}.`);
  }
  const adapter = await gpu
    .requestAdapter({ powerPreference: "high-performance" })
    .catch((error: unknown): never => {
      const reason = reasonOf(error);
      throw new DeviceError(`open: the browser gives no GPU adapter (${reason}); load the page anew.`, {
        cause: error,
      });
    });
  if (adapter === null) {
    throw new DeviceError(
      "open: the browser found no GPU adapter; switch on hardware acceleration in its settings.",
    );
  }
  const advice = infoOf(adapter).isFallbackAdapter
    ? [
        "This is a software adapter; switch on hardware acceleration in the browser's settings to use the GPU.",
      ]
    : [];
  return { gpu, adapter, source: "browser", advice, closeAtExit: () => {} };
}
