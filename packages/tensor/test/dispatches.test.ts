// A product is cut where it has too many workgroups for one dispatch, or too much work for a GPU that must answer in time.
import { expect, it } from "vitest";
import { dispatches } from "../src/ops/linear/multiply.js";

const MOST = 2 ** 33;

it.each([
  [3, 2, 1000],
  [70_000, 1, 8],
  [5, 70_000, 8],
  [512, 1, 2 ** 28], // 4096³ in tiles of 8 rows, twice over
  [100, 40, 2 ** 30],
  [7, 3, 2 ** 40], // each tile alone is more than there should be
  [0, 5, 10],
  [5, 0, 10],
  [4, 4, 0],
])("%i tiles × %i, each of %i multiply-adds, are covered once", (tiles, stack, ofTile) => {
  const covered = new Map<number, number>();
  for (const { first, extent, work } of dispatches(tiles, stack, ofTile)) {
    expect(Math.max(...extent)).toBeLessThanOrEqual(65_535);
    expect(work).toBe(ofTile * extent[0] * extent[1]);
    if (extent[0] * extent[1] > 1) expect(work).toBeLessThanOrEqual(MOST);
    for (let b = first.firstBatch; b < first.firstBatch + extent[1]; b++) {
      for (let t = first.firstTile; t < first.firstTile + extent[0]; t++) {
        const place = b * tiles + t;
        covered.set(place, (covered.get(place) ?? 0) + 1);
      }
    }
  }
  expect(covered.size).toBe(tiles * stack);
  expect([...covered.values()].every((times) => times === 1)).toBe(true);
});
