import { readFileSync } from "node:fs";
import { type Tensor, tensor } from "@weft/tensor";

/** Numbers as PyTorch's `tolist()` nests them. */
export type Nested = number | Nested[];
export type Named = Record<string, Nested>;

/** Reads tests/fixtures/NAME.json, written by the Python files beside it. */
export function fixture<Content>(name: string): Content {
  return JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), "utf8")) as Content;
}

/** A tensor that collects its gradient. */
export const leaf = (values: Nested): Tensor => tensor(values, { requiresGrad: true });

export const tensors = (named: Named): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(named).map(([name, values]) => [name, tensor(values)]));

/** The gradients that a backward pass left, by parameter name. */
export async function gradientsOf(named: Iterable<[string, Tensor]>): Promise<Named> {
  const gradients: Named = {};
  for (const [name, parameter] of named) gradients[name] = await gradientOf(parameter, name);
  return gradients;
}

export async function gradientOf(leaf: Tensor, name = "the input"): Promise<Nested> {
  if (leaf.grad === undefined) throw new Error(`${name} got no gradient`);
  return (await leaf.grad.toArray()) as Nested;
}
