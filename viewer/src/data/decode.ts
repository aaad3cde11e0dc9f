// Unpack arrays: the inverse of signlift/viewer/packed_arrays.py.
import type { PackedPoints, PackedUncertainty } from "./payload";

const MISSING = -32768;

async function unpack(data: string): Promise<Uint8Array<ArrayBuffer>> {
  const text = atob(data);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Return x, y and depth, each [joints, frames]; NaN where missing. */
export async function decodePoints(
  packed: PackedPoints,
  joints: number,
  frames: number,
): Promise<[Float32Array, Float32Array, Float32Array]> {
  const bytes = await unpack(packed.data);
  const size = joints * frames;
  const high = 3 * size;
  const axes = [0, 1, 2].map((axis) => {
    const values = new Float32Array(size);
    const middle = packed.middle[axis];
    for (let joint = 0; joint < joints; joint++) {
      let number = 0;
      for (let frame = 0; frame < frames; frame++) {
        const at = joint * frames + frame;
        const code = bytes[axis * size + at] | (bytes[high + axis * size + at] << 8);
        const difference = (code >>> 1) ^ -(code & 1);
        number = ((number + difference) << 16) >> 16;
        values[at] = number === MISSING ? Number.NaN : middle + packed.step * number;
      }
    }
    return values;
  });
  return axes as [Float32Array, Float32Array, Float32Array];
}

/** Return uncertainties [joints, frames]; NaN where unknown. */
export async function decodeUncertainty(
  packed: PackedUncertainty,
  joints: number,
  frames: number,
): Promise<Float32Array> {
  const bytes = await unpack(packed.data);
  const table = new Float32Array(256).fill(Number.NaN);
  for (let number = 1; number < 256; number++) {
    table[number] = packed.low * (packed.high / packed.low) ** ((number - 1) / 254);
  }
  const values = new Float32Array(joints * frames);
  for (let joint = 0; joint < joints; joint++) {
    let number = 0;
    for (let frame = 0; frame < frames; frame++) {
      const at = joint * frames + frame;
      number = (number + bytes[at]) & 0xff;
      values[at] = table[number];
    }
  }
  return values;
}

/** Return the bytes of a mask, whose bits are [joints, frames]. */
export async function decodeMask(packed: { data: string }): Promise<Uint8Array> {
  return unpack(packed.data);
}

/** Return the times of the frames in seconds. */
export async function decodeTimes(packed: { data: string }): Promise<Float64Array> {
  return new Float64Array((await unpack(packed.data)).buffer);
}
