import { readFileSync } from "node:fs";
import type { AdapterPreference } from "./adapter.js";

/** Why no adapter was found and what to install, without the name of the caller. */
export function missingAdapter(preference: AdapterPreference | undefined): string {
  const embeddable = process.platform === "linux" && process.arch === "x64";
  if (preference === "embedded") {
    return embeddable
      ? "the embedded adapter is missing; install with optional dependencies: npm install --include=optional."
      : `the embedded adapter exists for Linux on x64 only, this is ${process.platform} on ${process.arch}; ask for "system".`;
  }
  const embedded =
    embeddable && preference === undefined
      ? ", or npm install --include=optional for the embedded adapter"
      : "";
  return `no GPU adapter found; ${driverCure()}${embedded}.`;
}

/** Sentences on how to get a faster adapter than this one; none when it is real hardware. */
export function fasterThan({ info }: GPUAdapter, source: AdapterPreference): string[] {
  if (!info.isFallbackAdapter) return [];
  const advice = [
    "This is a software adapter, it computes on the CPU; with a GPU, install the GPU's own driver.",
  ];
  if (source === "embedded") advice.push(`A several times faster software adapter: ${lavapipe()}.`);
  return advice;
}

function driverCure(): string {
  if (process.platform === "darwin")
    return "Metal offers none: update macOS, and in a virtual machine switch on 3D acceleration";
  if (process.platform === "win32")
    return "Direct3D 12 offers none: install the driver from the maker of the GPU";
  return `install your GPU's Vulkan driver, or a software one: ${lavapipe()}`;
}

/** The command that installs lavapipe, Mesa's Vulkan driver for the CPU, on this distribution. */
function lavapipe(): string {
  const { ID = "", ID_LIKE = "", VERSION_ID = "", VERSION_CODENAME = "" } = osRelease();
  // Dawn refuses the Mesa 22.3 of Debian 12.
  if (ID === "debian" && Number(VERSION_ID) <= 12) {
    const suite = `${VERSION_CODENAME}-backports`;
    return `enable ${suite}, then sudo apt install -t ${suite} mesa-vulkan-drivers`;
  }
  for (const name of [ID, ...ID_LIKE.split(" ")]) {
    const command = COMMANDS[name];
    if (command !== undefined) return command;
  }
  return "Mesa's lavapipe and the Vulkan loader, from your distribution's packages";
}

const COMMANDS: Readonly<Record<string, string>> = {
  debian: "sudo apt install mesa-vulkan-drivers",
  ubuntu: "sudo apt install mesa-vulkan-drivers",
  fedora: "sudo dnf install vulkan-loader mesa-vulkan-drivers",
  arch: "sudo pacman -S vulkan-icd-loader vulkan-swrast",
  suse: "sudo zypper install libvulkan1 libvulkan_lvp",
};

/** The fields of /etc/os-release, such as ID=debian or ID_LIKE="ubuntu debian". */
function osRelease(): Partial<Record<string, string>> {
  try {
    const lines = readFileSync("/etc/os-release", "utf8").matchAll(/^(\w+)=(["']?)(.*)\2$/gm);
    return Object.fromEntries([...lines].map(([, name, , value]) => [name, value]));
  } catch {
    return {};
  }
}
