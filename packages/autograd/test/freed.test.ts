// What goes wrong when tensors are freed, or the device goes away, before backward().
import { open, scope, type Tensor, tensor, WeftError } from "@weft/tensor";
import "@weft/autograd";
import { describe, expect, it } from "vitest";

const leaf = (options: Parameters<typeof tensor>[1] = {}): Tensor =>
  tensor([1, 2, 3], { ...options, requiresGrad: true });

describe("backward", () => {
  it("says that a tensor behind the loss was freed", async () => {
    await open();
    const y = leaf().square();
    const loss = y.mul(2).sum();
    y.dispose();
    expect(() => loss.backward()).toThrow(
      /^backward: a tensor \(3\) behind this loss was freed; call backward\(\) before its scope ends, return it from scope\(\), or detach\(\) what is carried from one step to the next, such as a state \(detachState\(\) of @weft\/nn\)\.$/,
    );
    const outside = scope(() => leaf().square().sum());
    expect(() => outside.backward()).toThrow(/^backward: a tensor .* behind this loss was freed; call/);
  });

  it("names, in debug mode, the line that made it", async () => {
    const device = await open({ debug: true });
    const y = leaf({ device }).square();
    const loss = y.sum();
    y.dispose();
    expect(() => loss.backward()).toThrow(
      /^backward: a tensor \(3\), made at .*freed\.test\.ts:\d+:\d+, behind this loss was freed; call/,
    );
    device.close();
  });

  it("of a loss that was itself freed says so", async () => {
    await open();
    const loss = leaf().sum();
    loss.dispose();
    expect(() => loss.backward()).toThrow(WeftError);
    expect(() => loss.backward()).toThrow("was freed");
  });

  it("says that the device went away in the middle of a step, and reads of it do too", async () => {
    const gone = "the GPU device is gone: it was closed; call open() again and make the tensors anew.";
    for (const end of ["close", "destroy"] as const) {
      const device = await open();
      const w = leaf({ device });
      const loss = w.square().sum();
      const reading = loss.item();
      if (end === "close") device.close();
      else device.gpu.destroy();
      // A device that was not closed by Weft is known to be gone a little later: until then work is encoded for nothing.
      if (end === "destroy") loss.backward();
      else expect(() => loss.backward()).toThrow(gone);
      await expect(reading).rejects.toThrow(gone);
      if (w.grad !== undefined) await expect(w.grad.data()).rejects.toThrow(gone);
      expect(() => w.mul(2)).toThrow(gone);
    }
  });
});
