// Where parameters lie in arenas: pure arithmetic, no GPU.

/** Elements of a block: 64 invocations of four each. A block belongs to one parameter, which starts at 1024 bytes. */
export const BLOCK = 256;

/** The arena of a parameter, and its first element there. */
export interface Place {
  readonly arena: number;
  readonly offset: number;
}

export interface ArenaLayout {
  readonly places: readonly Place[];
  /** For each arena, for each of its blocks, the number of the parameter that it belongs to. */
  readonly owners: readonly (readonly number[])[];
}

/**
 * Places parameters one behind the other, each from a block of its own on, and begins another arena where one would
 * hold more than `maxElements`: of sizes 300 and 1 the blocks are those of parameters 0, 0 and 1.
 */
export function layOut(sizes: readonly number[], maxElements: number): ArenaLayout {
  const owners: number[][] = [[]];
  const places = sizes.map((size, parameter): Place => {
    const blocks = Math.ceil(size / BLOCK);
    let last = owners[owners.length - 1] as number[];
    if (last.length > 0 && (last.length + blocks) * BLOCK > maxElements) {
      last = [];
      owners.push(last);
    }
    const offset = last.length * BLOCK;
    for (let i = 0; i < blocks; i++) last.push(parameter);
    return { arena: owners.length - 1, offset };
  });
  return { places, owners };
}
