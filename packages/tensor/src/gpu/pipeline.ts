import { type Kernel, type Knobs, specialise } from "@weft/kernels";
import { DeviceError } from "../errors.js";

export interface Pipeline {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
  /** Why it does not compile, once that is known. */
  failure?: DeviceError;
}

/** Compiles kernels and keeps the result by kernel and knobs. */
export class Pipelines {
  readonly #device: GPUDevice;
  readonly #check: (check: Promise<DeviceError | undefined>) => void;
  readonly #made = new Map<Kernel, Map<string, Pipeline>>();

  /** @param check receives, for every compilation, what went wrong with it */
  constructor(device: GPUDevice, check: (check: Promise<DeviceError | undefined>) => void) {
    this.#device = device;
    this.#check = check;
  }

  get(kernel: Kernel, knobs: Knobs): Pipeline {
    const byKnobs = this.#made.get(kernel) ?? new Map<string, Pipeline>();
    this.#made.set(kernel, byKnobs);
    const key = Object.entries(knobs).flat().join();
    const pipeline = byKnobs.get(key) ?? this.#compile(kernel, knobs);
    byKnobs.set(key, pipeline);
    if (pipeline.failure !== undefined) throw pipeline.failure;
    return pipeline;
  }

  #compile(kernel: Kernel, knobs: Knobs): Pipeline {
    const device = this.#device;
    const source = specialise(kernel, knobs);
    device.pushErrorScope("validation");
    const layout = device.createBindGroupLayout({ label: kernel.name, entries: layoutEntries(kernel) });
    const module = device.createShaderModule({ label: kernel.file, code: source });
    const constants = Object.fromEntries(
      Object.entries(knobs).filter(([knob]) => Object.hasOwn(kernel.overrides, knob)),
    ) as Record<string, number>;
    const pipeline = device.createComputePipeline({
      label: kernel.name,
      layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module, constants },
    });
    const made: Pipeline = { pipeline, layout };
    const refused = device.popErrorScope();
    const check = async (): Promise<DeviceError | undefined> => {
      const error = await refused;
      if (error === null) return undefined;
      made.failure = new DeviceError(await compileMessage(kernel, source, knobs, module, error));
      return made.failure;
    };
    this.#check(check());
    return made;
  }
}

function layoutEntries(kernel: Kernel): GPUBindGroupLayoutEntry[] {
  const visibility = GPUShaderStage.COMPUTE;
  const entries = kernel.bindings.map(
    ({ index, access }): GPUBindGroupLayoutEntry => ({
      binding: index,
      visibility,
      buffer: { type: access === "read" ? "read-only-storage" : "storage" },
    }),
  );
  if (kernel.paramsBytes > 0) {
    entries.unshift({ binding: 0, visibility, buffer: { type: "uniform", hasDynamicOffset: true } });
  }
  return entries;
}

/** Names the kernel's file, line and column, and shows the line. */
async function compileMessage(
  kernel: Kernel,
  source: string,
  knobs: Knobs,
  module: GPUShaderModule,
  error: GPUError,
): Promise<string> {
  const { messages } = await module.getCompilationInfo();
  const first = messages.find(({ type }) => type === "error");
  const compiledFor = Object.entries(knobs).map(([knob, value]) => `${knob} = ${value}`);
  const suffix = compiledFor.length > 0 ? ` (compiled for ${compiledFor.join(", ")})` : "";
  if (first === undefined) return `${kernel.file}: ${error.message.split("\n")[0]}${suffix}`;
  const line = source.split("\n")[first.lineNum - 1]?.trim() ?? "";
  return `${kernel.file}:${first.lineNum}:${first.linePos}: ${first.message}: ${line}${suffix}`;
}
