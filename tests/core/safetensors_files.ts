/** Safetensors files for the tests. */
import type { HostTensor } from "../../lib/core/safetensors.ts";

/** One of each element type, with the values that are easy to lose. */
export const TENSORS: Record<string, HostTensor> = {
  bytes: { shape: [3], data: Uint8Array.of(0, 1, 255) },
  floats: { shape: [2, 2], data: Float32Array.of(NaN, -0, Infinity, 1e-45) },
  doubles: { shape: [], data: Float64Array.of(Math.PI) },
  signed: { shape: [1, 2], data: Int32Array.of(-(2 ** 31), 7) },
  unsigned: { shape: [1], data: Uint32Array.of(2 ** 32 - 1) },
  long: { shape: [2], data: BigInt64Array.of(-(2n ** 63n), 2n ** 53n + 1n) },
  empty: { shape: [0, 5], data: new Float32Array(0) },
  "a name/δ": { shape: [1], data: Uint8Array.of(1) },
};

/** A file of this header text and as many zero bytes of data. */
export function file(header: string, dataBytes = 0): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}
