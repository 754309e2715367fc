import { kernels } from "@weft/kernels";
import { launch, tensor } from "@weft/tensor";
import { type Case, kernelCase, output } from "../../case.js";
import { numbers } from "../../data.js";
import { gruUnit, lstmUnit, slope } from "../../reference.js";

/** Numbers of each unit as the kernels lay them out: gate k of unit j in row b at (b, k·H + j). */
const at = (gates: number, H: number, unit: number, gate: number) =>
  Math.floor(unit / H) * gates * H + gate * H + (unit % H);

function lstm(B: number, H: number): Case[] {
  const units = B * H;
  const [gates, c] = [numbers(4 * units, { low: -3, high: 3, seed: 1 }), numbers(units, { seed: 2 })];
  const [dNextH, dNextC] = [numbers(units, { seed: 3 }), numbers(units, { seed: 4 })];
  const params = { hidden: H, size: units };
  type Inputs = [i: number, f: number, g: number, o: number, c: number];
  const inputs = (unit: number) =>
    [...[0, 1, 2, 3].map((gate) => gates[at(4, H, unit, gate)]), c[unit]] as Inputs;
  return [
    kernelCase({
      ...{ kernel: "lstmCell", size: `${B}×${H}`, work: { bytes: 4 * 7 * units } },
      tensors: () => ({ gates: tensor(gates), c: tensor(c), nextH: output(B, H), nextC: output(B, H) }),
      encode: (tensors) => launch(kernels.lstmCell, tensors, params, { invocations: units }),
      expected: () => ({
        nextH: c.map((_, unit) => lstmUnit(...inputs(unit))[0]),
        nextC: c.map((_, unit) => lstmUnit(...inputs(unit))[1]),
      }),
    }),
    kernelCase({
      ...{ kernel: "lstmCellBackward", size: `${B}×${H}`, work: { bytes: 4 * 12 * units } },
      tensors: () => ({
        ...{ gates: tensor(gates), c: tensor(c), dNextH: tensor(dNextH), dNextC: tensor(dNextC) },
        ...{ dGates: output(B, 4 * H), dC: output(B, H) },
      }),
      encode: (tensors) => launch(kernels.lstmCellBackward, tensors, params, { invocations: units }),
      expected() {
        const [dGates, dC] = [new Float64Array(4 * units), new Float64Array(units)];
        for (let unit = 0; unit < units; unit++) {
          const derivative = (input: number) =>
            slope((t) => {
              const [h, next] = lstmUnit(
                ...(inputs(unit).map((v, n) => (n === input ? v + t : v)) as Inputs),
              );
              return h * (dNextH[unit] as number) + next * (dNextC[unit] as number);
            });
          for (let gate = 0; gate < 4; gate++) dGates[at(4, H, unit, gate)] = derivative(gate);
          dC[unit] = derivative(4);
        }
        return { dGates, dC };
      },
    }),
  ];
}

function gru(B: number, H: number): Case[] {
  const units = B * H;
  const gatesX = numbers(3 * units, { low: -3, high: 3, seed: 1 });
  const gatesH = numbers(3 * units, { low: -3, high: 3, seed: 2 });
  const [h, dNextH] = [numbers(units, { seed: 3 }), numbers(units, { seed: 4 })];
  const params = { hidden: H, size: units };
  type Inputs = Parameters<typeof gruUnit>;
  const inputs = (unit: number) =>
    [
      ...[gatesX, gatesH].flatMap((gates) => [0, 1, 2].map((gate) => gates[at(3, H, unit, gate)])),
      h[unit],
    ] as Inputs;
  return [
    kernelCase({
      ...{ kernel: "gruCell", size: `${B}×${H}`, work: { bytes: 4 * 8 * units } },
      tensors: () => ({
        ...{ gatesX: tensor(gatesX), gatesH: tensor(gatesH), h: tensor(h), nextH: output(B, H) },
      }),
      encode: (tensors) => launch(kernels.gruCell, tensors, params, { invocations: units }),
      expected: () => ({ nextH: h.map((_, unit) => gruUnit(...inputs(unit))) }),
    }),
    kernelCase({
      ...{ kernel: "gruCellBackward", size: `${B}×${H}`, work: { bytes: 4 * 15 * units } },
      tensors: () => ({
        ...{ gatesX: tensor(gatesX), gatesH: tensor(gatesH), h: tensor(h), dNextH: tensor(dNextH) },
        ...{ dGatesX: output(B, 3 * H), dGatesH: output(B, 3 * H), dH: output(B, H) },
      }),
      encode: (tensors) => launch(kernels.gruCellBackward, tensors, params, { invocations: units }),
      expected() {
        const [dGatesX, dGatesH] = [new Float64Array(3 * units), new Float64Array(3 * units)];
        const dH = new Float64Array(units);
        for (let unit = 0; unit < units; unit++) {
          const derivative = (input: number) =>
            (dNextH[unit] as number) *
            slope((t) => gruUnit(...(inputs(unit).map((v, n) => (n === input ? v + t : v)) as Inputs)));
          for (let gate = 0; gate < 3; gate++) {
            dGatesX[at(3, H, unit, gate)] = derivative(gate);
            dGatesH[at(3, H, unit, gate)] = derivative(3 + gate);
          }
          dH[unit] = derivative(6);
        }
        return { dGatesX, dGatesH, dH };
      },
    }),
  ];
}

// (B, H) of the default model, where the dispatch itself counts; then one large enough for the arithmetic to count.
export const cells: readonly Case[] = [
  ...lstm(16, 128),
  ...lstm(128, 512),
  ...gru(16, 128),
  ...gru(128, 512),
];
