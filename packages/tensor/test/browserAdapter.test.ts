import { afterEach, expect, describe as group, it, vi } from "vitest";
import { requestAdapter } from "../src/gpu/adapter.browser.js";
import { describe } from "../src/gpu/info.js";
import { open } from "../src/gpu/open.js";

vi.mock("#adapter", () => import("../src/gpu/adapter.browser.js"));
afterEach(() => vi.unstubAllGlobals());

const limits = { maxBufferSize: 1, maxStorageBufferBindingSize: 1 };
const consumed = (): Promise<never> => Promise.reject(new DOMException("adapter consumed", "OperationError"));
const adapter = (parts: object = {}) => ({ limits, features: new Set(), requestDevice: consumed, ...parts });

/** A browser whose requestAdapter() does this. */
const browser = (request: () => Promise<object | null>): void => {
  vi.stubGlobal("isSecureContext", true);
  vi.stubGlobal("navigator", { gpu: { requestAdapter: request } });
};

group("in a browser", () => {
  it("an adapter that is refused, or gives no device, is a DeviceError with its cause", async () => {
    browser(consumed);
    await expect(open()).rejects.toMatchObject({
      name: "DeviceError",
      message:
        "open: the browser gives no GPU adapter (OperationError: adapter consumed); load the page anew.",
      cause: { name: "OperationError" },
    });
    browser(async () => adapter());
    await expect(open()).rejects.toMatchObject({
      name: "DeviceError",
      message:
        "open: the adapter gives no device (OperationError: adapter consumed); open() again for a new adapter.",
      cause: { name: "OperationError" },
    });
    browser(async () => null);
    await expect(open()).rejects.toThrow("open: the browser found no GPU adapter; switch on");
  });

  it("an adapter without info is described by what there is", async () => {
    const unknown = { vendor: "", architecture: "", device: "", description: "", source: "browser" };
    browser(async () => adapter());
    expect(describe(await requestAdapter())).toMatchObject({ ...unknown, isFallback: false, advice: [] });
    for (const software of [{ isFallbackAdapter: true }, { info: { isFallbackAdapter: true } }]) {
      browser(async () => adapter(software));
      const { isFallback, advice } = describe(await requestAdapter());
      expect([isFallback, advice.length]).toEqual([true, 1]);
    }
    browser(async () => adapter({ info: { vendor: "acme" }, isFallbackAdapter: true }));
    expect(describe(await requestAdapter())).toMatchObject({ vendor: "acme", isFallback: true });
  });

  it("the choice is the browser's own adapter, and what is none is refused", async () => {
    browser(async () => adapter());
    expect((await requestAdapter("system")).source).toBe("browser");
    await expect(requestAdapter("embedded")).rejects.toThrow(
      "open: the embedded adapter exists in Node only",
    );
    for (const wrong of ["bogus", null, 3]) {
      await expect(open({ adapter: wrong as never })).rejects.toThrow(
        `open: adapter is ${JSON.stringify(wrong)}; leave it out, a browser has one adapter only.`,
      );
    }
  });
});
