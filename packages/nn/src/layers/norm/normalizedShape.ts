/** The lengths of the axes that a layer normalises; refuses what is none, or nothing at all. */
export function shapeOf(layer: string, normalizedShape: number | readonly number[]): readonly number[] {
  const shape = Array.isArray(normalizedShape) ? [...(normalizedShape as number[])] : [normalizedShape];
  if (shape.length > 0 && shape.every((length) => Number.isInteger(length) && (length as number) >= 1)) {
    return shape as number[];
  }
  const shown = Array.isArray(normalizedShape) ? `[${shape.join(", ")}]` : String(normalizedShape);
  throw new RangeError(
    `${layer}: normalizedShape is ${shown}; use the length of the axis to normalise, such as new ${layer}(128), or several of the last ones, [4, 128].`,
  );
}
