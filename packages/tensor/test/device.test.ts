// Tests that leave their device unusable, each with a device of its own.
import { parseKernel } from "@weft/kernels";
import { type Device, launch, open, zeros } from "@weft/tensor";
import { describe, expect, it } from "vitest";

const withDevice = async (body: (device: Device) => Promise<void>): Promise<void> => {
  const device = await open();
  await body(device).finally(() => device.close());
};

describe("a device", () => {
  it("must be open before tensors are made", () => {
    expect(() => zeros([1])).toThrow("no GPU is open; call `await open()` first.");
  });

  it("shows file, line and knobs of a kernel that does not compile", () =>
    withDevice(async (device) => {
      const kernel = parseKernel(
        "broken",
        [
          "override WORKGROUP: u32 = 64;",
          "@group(0) @binding(0) var<storage, read_write> out: array<f32>;",
          "@compute @workgroup_size(WORKGROUP) fn main() { out[0] = missing; }",
        ].join("\n"),
      );
      const out = zeros([1], { device });
      launch(kernel, { out }, {}, { invocations: 1, knobs: { WORKGROUP: 32 } });
      await expect(out.data()).rejects.toThrow(
        /^broken\.wgsl:3:58: unresolved value 'missing': @compute .* \(compiled for WORKGROUP = 32\)$/,
      );
    }));

  it("that was closed says so to readers and makers", async () => {
    const device = await open();
    const x = zeros([2], { device });
    device.close();
    await device.lost;
    const message = "the GPU device is gone: it was closed; call open() again and make the tensors anew.";
    await expect(x.data()).rejects.toThrow(message);
    expect(() => zeros([2], { device })).toThrow(message);
  });

  it("that is closed during a read rejects the read", async () => {
    const device = await open();
    const reading = zeros([2], { device }).data();
    device.close();
    await expect(reading).rejects.toThrow("the GPU device is gone: it was closed");
  });
});
