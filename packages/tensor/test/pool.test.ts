import { describe, expect, it } from "vitest";
import { Pool, type PooledBuffer, sizeClass } from "../src/gpu/memory/pool.js";

const MIB = 2 ** 20;
const SPARE = 256 * MIB;

/** A pool over buffers that only count themselves. */
function counted() {
  const alive = new Set<GPUBuffer>();
  const pool = new Pool(2 ** 30, (size): PooledBuffer => {
    const buffer = { size, destroy: () => alive.delete(buffer) } as unknown as GPUBuffer;
    alive.add(buffer);
    return { buffer, freedInBatch: -1, refusal: undefined };
  });
  const bytes = () => [...alive].reduce((sum, { size }) => sum + size, 0);
  return { pool, bytes };
}

describe("the pool", () => {
  it("wastes at most an eighth, in whole steps of 256 bytes", () => {
    for (let bytes = 257; bytes < 2 ** 31; bytes = Math.ceil(bytes * 1.37)) {
      const size = sizeClass(bytes);
      expect(size).toBeGreaterThanOrEqual(bytes);
      expect(size - bytes).toBeLessThan(Math.max(256, bytes / 8 + 1));
      expect(size % 256).toBe(0);
    }
    expect([0, 1, 256].map(sizeClass)).toEqual([256, 256, 256]);
  });

  it("hands a buffer out again for every size of its class", () => {
    const { pool } = counted();
    const first = pool.take(1000);
    pool.give(first, 3);
    expect(pool.pooledBytes).toBe(1024);
    expect(pool.take(900)).toBe(first);
    expect(first.freedInBatch).toBe(3);
    expect(pool.pooledBytes).toBe(0);
  });

  it("keeps a burst of different sizes within its bound", () => {
    const { pool, bytes } = counted();
    const burst = Array.from({ length: 500 }, (_, i) => pool.take(MIB + 40_000 * i)); // 5 GB in all
    for (const [i, buffer] of burst.entries()) {
      pool.give(buffer, i);
      if (pool.isOverfull) pool.trim();
      expect(pool.pooledBytes).toBeLessThanOrEqual(SPARE);
    }
    pool.trim();
    expect(bytes()).toBe(pool.pooledBytes);
    expect(bytes()).toBeGreaterThan(SPARE / 2);
  });

  it("drives out sizes that nobody asks for any more", () => {
    const { pool } = counted();
    for (const buffer of Array.from({ length: 64 }, () => pool.take(4 * MIB))) pool.give(buffer, 0);
    const now = Array.from({ length: 20 }, () => pool.take(8 * MIB));
    for (const buffer of now) pool.give(buffer, 1);
    expect(now).toContain(pool.take(8 * MIB));
    expect(pool.pooledBytes).toBeLessThanOrEqual(SPARE);
  });

  it("destroys nothing before trim()", () => {
    const { pool, bytes } = counted();
    const buffers = Array.from({ length: 100 }, () => pool.take(4 * MIB));
    for (const buffer of buffers) pool.give(buffer, 0);
    expect(bytes()).toBe(400 * MIB);
    pool.trim();
    expect(bytes()).toBe(SPARE);
    pool.clear();
    pool.trim();
    expect([bytes(), pool.pooledBytes]).toEqual([0, 0]);
  });

  it("does not keep a buffer larger than all its room, or one the GPU refused", () => {
    const { pool, bytes } = counted();
    pool.give(pool.take(300 * MIB), 0);
    const refused = pool.take(MIB);
    refused.refusal = new Error("none") as PooledBuffer["refusal"];
    pool.give(refused, 0);
    pool.trim();
    expect([bytes(), pool.pooledBytes]).toEqual([0, 0]);
  });
});
