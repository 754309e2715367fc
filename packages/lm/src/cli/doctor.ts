import { type Device, open } from "@weft/tensor";

type AdapterInfo = Device["info"];

/**
 * Prints which adapter Weft computes on, where it came from, what it can do, and how to get a faster one.
 *
 * @param options.json one JSON object instead of text
 * @throws DeviceError that says what to install when there is no adapter
 */
export async function doctor(options: { json?: boolean }): Promise<void> {
  const device = await open();
  const { info } = device;
  device.close();
  process.stdout.write(options.json ? `${JSON.stringify(info)}\n` : report(info));
}

const SOURCES: Readonly<Record<AdapterInfo["source"], string>> = {
  browser: "the browser",
  system: "a driver of this system",
  embedded: "the npm package @sparticuz/chromium, unpacked into the cache",
};

function report(info: AdapterInfo): string {
  const model = [info.vendor, info.architecture, info.device].filter((part) => part !== "").join(", ");
  const facts = {
    adapter: model,
    kind: info.isFallback ? "software, runs on the CPU" : "hardware",
    driver: info.description,
    "came from": SOURCES[info.source],
    node: `${process.version} on ${process.platform} ${process.arch}`,
  };
  const limits = Object.entries(info.limits).sort(([a], [b]) => a.localeCompare(b));
  const advice = info.advice.length > 0 ? info.advice : ["Nothing to do: this is real hardware."];
  return [
    columns(Object.entries(facts)),
    section("Features", info.features.map((feature) => `  ${feature}\n`).join("")),
    section("Limits", columns(limits.map(([name, limit]) => [`  ${name}`, readable(name, limit)]))),
    section("For more speed", advice.map((sentence) => `  ${sentence}\n`).join("")),
  ].join("");
}

const section = (title: string, body: string): string => `\n${title}\n${body}`;

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join("");
}

/** Sizes in bytes from one MiB upward are read more easily in MiB. */
function readable(name: string, limit: number): string {
  const mebibytes = limit / 2 ** 20;
  return /Size$/.test(name) && mebibytes >= 1 ? `${Math.floor(mebibytes)} MiB` : String(limit);
}
