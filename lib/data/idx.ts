import { NablaError } from "../core/errors.ts";
import { formatShape, type Shape, sizeOf } from "../core/shape.ts";
import { asItLooks } from "./looks_like.ts";

/** Unsigned bytes with their axes, slowest first, as an IDX file holds them. */
export interface Idx {
  shape: Shape;
  data: Uint8Array;
}

/** What an IDX file's first bytes announce. */
export interface IdxHeader {
  shape: Shape;
  /** Bytes before the first value, `4 + 4 · axes`. */
  headerBytes: number;
  /** Bytes of the whole file, header included. */
  fileBytes: number;
}

/** Where bytes come from and what is acceptable. */
export interface IdxOptions {
  /** The file, as messages name it. */
  name: string;
  /** Number of axes the file must have; any from 1 to 4 by default. */
  axes?: number;
  /** Largest file accepted, in bytes; 128 MiB by default. */
  maxBytes?: number;
}

/** Default for {@linkcode IdxOptions.maxBytes}: twice MNIST's largest file. */
export const MAX_IDX_BYTES = 2 ** 27;

const UNSIGNED_BYTE = 0x08;

/**
 * Reads the header of an IDX file: `0, 0, type, axes`, then one big-endian
 * 32-bit size per axis. Nothing is allocated for the values.
 * Source: LeCun, Cortes, Burges, "The MNIST database", file formats.
 *
 * @throws {NablaError} If the magic number, the type, an axis or the announced size is not acceptable
 */
export function parseIdxHeader(
  bytes: Uint8Array,
  { name, axes, maxBytes = MAX_IDX_BYTES }: IdxOptions,
): IdxHeader {
  const refuse = (reason: string): never => {
    throw new NablaError(
      `Cannot read ${name} as IDX: ${reason}${asItLooks(bytes)}`,
    );
  };
  if (bytes.length < 4) {
    refuse(`the header needs 4 bytes or more, the file has ${bytes.length}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0);
  const count = magic & 0xff;
  if (magic >>> 16 !== 0) {
    refuse(
      `the magic number is 0x${magic.toString(16).padStart(8, "0")}, ` +
        "an IDX file begins with two zero bytes",
    );
  }
  if (magic >>> 8 !== UNSIGNED_BYTE) {
    refuse(
      `the type is 0x${(magic >>> 8).toString(16).padStart(2, "0")}, ` +
        "only 0x08 (unsigned byte) is supported",
    );
  }
  if (axes === undefined ? count < 1 || count > 4 : count !== axes) {
    refuse(`it has ${count} axes, ${axes ?? "1 to 4"} expected`);
  }
  const headerBytes = 4 + 4 * count;
  if (bytes.length < headerBytes) {
    refuse(
      `the header of ${count} axes needs ${headerBytes} bytes, ` +
        `the file has ${bytes.length}`,
    );
  }
  const shape = Array.from({ length: count }, (_, axis) => {
    const size = view.getUint32(4 + 4 * axis);
    return size >= 1 && size < 2 ** 31 ? size : refuse(
      `axis ${axis} has size ${size}, from 1 to 2147483647 expected`,
    );
  });
  const fileBytes = headerBytes + sizeOf(shape);
  if (fileBytes > maxBytes) {
    refuse(
      `its header announces ${formatShape(shape)}, ${fileBytes} bytes, ` +
        `at most ${maxBytes} are accepted`,
    );
  }
  return { shape, headerBytes, fileBytes };
}

/**
 * The values of a whole IDX file, as a view of `bytes` (nothing is copied).
 *
 * @throws {NablaError} If the header is not acceptable, or announces more or fewer bytes than there are
 */
export function parseIdx(bytes: Uint8Array, options: IdxOptions): Idx {
  const { shape, headerBytes, fileBytes } = parseIdxHeader(bytes, options);
  if (bytes.length !== fileBytes) {
    throw new NablaError(
      `Cannot read ${options.name} as IDX: its header announces ` +
        `${formatShape(shape)}, ${fileBytes} bytes, the file has ` +
        `${bytes.length}; fetch it again`,
    );
  }
  return { shape, data: bytes.subarray(headerBytes) };
}
