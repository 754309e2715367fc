import type { AdapterChoice } from "./adapter.js";

/** Plain facts about the adapter behind a device. */
export interface AdapterInfo {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  readonly source: AdapterChoice["source"];
  /** True for a software adapter. */
  readonly isFallback: boolean;
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
  /** What would make this machine faster, one sentence each. */
  readonly advice: readonly string[];
}

/** What an adapter says of itself. Older browsers have no `info`, or `isFallbackAdapter` beside it instead of inside. */
export function infoOf(adapter: GPUAdapter): Omit<GPUAdapterInfo, "__brand"> {
  const { info, isFallbackAdapter = false } = adapter as Partial<GPUAdapter> & {
    isFallbackAdapter?: boolean;
  };
  return {
    vendor: info?.vendor ?? "",
    architecture: info?.architecture ?? "",
    device: info?.device ?? "",
    description: info?.description ?? "",
    isFallbackAdapter: info?.isFallbackAdapter ?? isFallbackAdapter,
  };
}

export function describe({ adapter, source, advice }: AdapterChoice): AdapterInfo {
  const { vendor, architecture, device, description, isFallbackAdapter } = infoOf(adapter);
  const limits: Record<string, number> = {};
  for (const name in adapter.limits) {
    const value = adapter.limits[name as keyof GPUSupportedLimits];
    if (typeof value === "number") limits[name] = value;
  }
  const features = [...adapter.features].sort();
  return {
    vendor,
    architecture,
    device,
    description,
    source,
    isFallback: isFallbackAdapter,
    features,
    limits,
    advice,
  };
}
