/**
 * Insists on one kind of driver: the machine's own, or the software adapter that comes with npm. A browser's adapter is the
 * machine's own.
 */
export type AdapterPreference = "system" | "embedded";

/** The adapter that `requestAdapter()` chose, and the instance it belongs to. */
export interface AdapterChoice {
  readonly gpu: GPU;
  readonly adapter: GPUAdapter;
  readonly source: "browser" | AdapterPreference;
  /** How to get a faster adapter, one sentence each; empty where real hardware was found. */
  readonly advice: readonly string[];
  /** Has this device destroyed when the process ends; a browser does so by itself. */
  readonly closeAtExit: (device: GPUDevice) => void;
}
