import { cat, flatten, scope, type Tensor } from "@weft/tensor";

/** The elements of many tensors of one dtype by a single read; what `make` made besides is freed. */
export async function readAll(make: () => readonly Tensor[]): Promise<number[][]> {
  let sizes: number[] = [];
  const joined = scope(() => {
    const tensors = make();
    sizes = tensors.map(({ size }) => size);
    return cat(tensors.map((x) => flatten(x)));
  });
  const data = await joined.data();
  joined.dispose();
  let start = 0;
  return sizes.map((size) => {
    const first = start;
    start += size;
    return Array.from(data.subarray(first, start));
  });
}
