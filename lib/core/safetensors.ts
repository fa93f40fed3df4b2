import { NablaError } from "./errors.ts";
import { formatShape, type Shape, sizeOf } from "./shape.ts";

/** Element types a file may hold, as the array that holds them here. */
export type HostArray =
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | Uint8Array;

/** A tensor in host memory, row-major. */
export interface HostTensor {
  shape: Shape;
  data: HostArray;
}

/** How the elements of a type become an array here. */
interface ElementType {
  /** Of one element. */
  readonly bytes: number;
  /** What they become, where this is another type. */
  readonly as?: string;
  readonly read: (buffer: ArrayBuffer) => HostArray;
}

const TYPES: Readonly<Record<string, ElementType>> = {
  F32: { bytes: 4, read: (buffer) => new Float32Array(buffer) },
  F64: { bytes: 8, read: (buffer) => new Float64Array(buffer) },
  I32: { bytes: 4, read: (buffer) => new Int32Array(buffer) },
  U32: { bytes: 4, read: (buffer) => new Uint32Array(buffer) },
  I64: { bytes: 8, read: (buffer) => new BigInt64Array(buffer) },
  U8: { bytes: 1, read: (buffer) => new Uint8Array(buffer) },
  BOOL: {
    bytes: 1,
    as: "U8",
    read: (buffer) => new Uint8Array(buffer).map((one) => one === 0 ? 0 : 1),
  },
  F16: {
    bytes: 2,
    as: "F32",
    read: (buffer) => Float32Array.from(new Float16Array(buffer)),
  },
  BF16: {
    bytes: 2,
    as: "F32",
    // The upper half of a float32.
    read: (buffer) =>
      new Float32Array(
        Uint32Array.from(new Uint16Array(buffer), (half) => half << 16).buffer,
      ),
  },
  I16: {
    bytes: 2,
    as: "I32",
    read: (buffer) => Int32Array.from(new Int16Array(buffer)),
  },
  I8: {
    bytes: 1,
    as: "I32",
    read: (buffer) => Int32Array.from(new Int8Array(buffer)),
  },
  U16: {
    bytes: 2,
    as: "U32",
    read: (buffer) => Uint32Array.from(new Uint16Array(buffer)),
  },
};

/** Types that are written. */
const WRITTEN = {
  F32: Float32Array,
  F64: Float64Array,
  I32: Int32Array,
  U32: Uint32Array,
  I64: BigInt64Array,
  U8: Uint8Array,
};

/** Largest header read, in bytes; the limit the format's own library sets. */
const MAX_HEADER_BYTES = 100e6;
/** What every header begins with, by the format's rule. */
const OPENING_BRACE = "{".charCodeAt(0);
/** Header, tensor, shape, and fields of others. */
const MAX_DEPTH = 32;
const METADATA = "__metadata__";

/**
 * Writes tensors as a safetensors file: header length (u64, little-endian), JSON
 * header, raw data. Wider elements come first, so every tensor lies aligned.
 *
 * @throws {NablaError} If a shape does not fit its data or a name is reserved
 */
export function encodeSafetensors(
  tensors: Record<string, HostTensor>,
  metadata: Record<string, string> = {},
): Uint8Array {
  const entries = Object.entries(tensors).sort(([, a], [, b]) =>
    b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT
  );
  const header: [string, unknown][] = [];
  if (Object.keys(metadata).length > 0) header.push([METADATA, metadata]);
  let end = 0;
  for (const [name, { shape, data }] of entries) {
    const fail = refuse("write", name);
    if (name === METADATA) fail("has the name reserved for metadata");
    if (!shape.every(isCount) || sizeOf(shape) !== data.length) {
      fail(`has shape ${formatShape(shape)} and ${data.length} elements`);
    }
    const begin = end;
    end += data.byteLength;
    header.push([
      name,
      { dtype: typeName(data), shape, data_offsets: [begin, end] },
    ]);
  }
  const json = JSON.stringify(Object.fromEntries(header));
  const text = new TextEncoder().encode(json);
  const start = 8 + Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(start + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true);
  bytes.set(text, 8);
  bytes.fill(0x20, 8 + text.length, start);
  let offset = start;
  for (const [, { data }] of entries) {
    bytes.set(bytesOf(data), offset);
    offset += data.byteLength;
  }
  return bytes;
}

/**
 * Reads a safetensors file; F16 and BF16 become float32, small integers 32-bit
 * ones, and BOOL 0 and 1. Fields that the format does not know are passed over. The whole header is validated before memory for any
 * tensor is taken; the arrays returned are copies.
 *
 * @throws {NablaError} If anything about the file is not as the format demands:
 * header length, JSON, duplicate names, element type, shape, offsets that overlap,
 * leave a gap or leave the file
 */
export function decodeSafetensors(
  bytes: Uint8Array,
): Decoded {
  const { header, start } = readHeader(bytes);
  const dataBytes = bytes.length - start;
  const metadata = checkMetadata(header[METADATA]);
  const layout = Object.entries(header)
    .filter(([name]) => name !== METADATA)
    .map(([name, entry]) => checkEntry(name, entry, dataBytes));
  checkOffsets(layout, dataBytes);
  const tensors = layout.map(({ name, type, shape, begin, end }) => {
    const { buffer } = bytes.slice(start + begin, start + end);
    return [name, { shape, data: TYPES[type]!.read(buffer) }] as const;
  });
  const converted = layout.flatMap(({ name, type }) => {
    const { as } = TYPES[type]!;
    return as ? [[name, `${type} → ${as}`] as const] : [];
  });
  // Unlike assignment, fromEntries makes "__proto__" a name like any other.
  return {
    tensors: Object.fromEntries(tensors),
    metadata,
    converted: Object.fromEntries(converted),
  };
}

/** What a safetensors file holds. */
export interface Decoded {
  readonly tensors: Record<string, HostTensor>;
  readonly metadata: Record<string, string>;
  /** Of the tensors whose elements have another type here: both, as in `F16 → F32`. */
  readonly converted: Record<string, string>;
}

interface Entry {
  name: string;
  type: string;
  shape: number[];
  begin: number;
  end: number;
}

function readHeader(
  bytes: Uint8Array,
): { header: Record<string, unknown>; start: number } {
  const fail = refuse("read");
  if (bytes.length < 8) fail(`has ${bytes.length} bytes, needs at least 8`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
  const length = view.getBigUint64(0, true);
  if (length > MAX_HEADER_BYTES) {
    fail(
      `claims a header of ${length} bytes, the format allows ${MAX_HEADER_BYTES}`,
    );
  }
  const start = 8 + Number(length);
  if (start > bytes.length) {
    fail(
      `claims a header of ${length} bytes, ${
        bytes.length - 8
      } follow; it may have been cut short`,
    );
  }
  if (length === 0n || bytes[8] !== OPENING_BRACE) {
    fail("has a header that does not begin with {");
  }
  let text = "";
  let header: Record<string, unknown> = {};
  try {
    const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    text = utf8.decode(bytes.subarray(8, start));
    header = JSON.parse(text);
  } catch (error) {
    fail(`has a header that is not JSON: ${(error as Error).message}`);
  }
  const fault = findHeaderFault(text);
  if (fault !== null) fail(fault);
  return { header, start };
}

function checkMetadata(metadata: unknown): Record<string, string> {
  if (metadata === undefined || metadata === null) return {};
  const texts = isRecord(metadata) &&
    Object.values(metadata).every((value) => typeof value === "string");
  if (!texts) refuse("read")("has metadata that is not a map of strings");
  return metadata as Record<string, string>;
}

function checkEntry(name: string, entry: unknown, dataBytes: number): Entry {
  const fail = refuse("read", name);
  if (!isRecord(entry)) return fail("is not described by an object");
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== "string" || !Object.hasOwn(TYPES, dtype)) {
    const known = Object.keys(TYPES).join(", ");
    return fail(`has dtype ${brief(dtype)}, known are ${known}`);
  }
  const type = dtype;
  if (!Array.isArray(shape) || !shape.every(isCount)) {
    return fail(`has shape ${brief(shape)}, needs non-negative integers`);
  }
  if (
    !Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)
  ) {
    return fail(`has offsets ${brief(offsets)}, needs [begin, end]`);
  }
  const [begin, end] = offsets as [number, number];
  if (begin > end) {
    fail(`has offsets [${begin}, ${end}], begin must come before end`);
  }
  if (end > dataBytes) {
    fail(
      `has offsets [${begin}, ${end}], the data has ${dataBytes} bytes; the file may have been cut short`,
    );
  }
  // Beyond 2^53 the product is inexact or infinite, and more than any file holds.
  const need = sizeOf(shape) * TYPES[type]!.bytes;
  if (need !== end - begin) {
    fail(
      `of shape ${brief(shape)} needs ${need} bytes of ${type}, has ${
        end - begin
      }`,
    );
  }
  return { name, type, shape, begin, end };
}

/** Tensors must fill the data without gap or overlap. */
function checkOffsets(layout: readonly Entry[], dataBytes: number): void {
  const sorted = layout.toSorted((a, b) => a.begin - b.begin || a.end - b.end);
  let reached = 0;
  for (const { name, begin, end } of sorted) {
    if (begin !== reached) {
      const fault = begin < reached ? "overlaps its neighbour" : "leaves a gap";
      refuse("read", name)(
        `${fault}: begins at ${begin}, must begin at ${reached}`,
      );
    }
    reached = end;
  }
  if (reached !== dataBytes) {
    refuse("read")(
      `has ${dataBytes} bytes of data, tensors cover ${reached}`,
    );
  }
}

/**
 * What `JSON.parse` lets pass in valid JSON: a name given twice in one object (it
 * keeps the last and says nothing) or nesting deeper than any header needs.
 */
function findHeaderFault(json: string): string | null {
  const open: Set<string>[] = [];
  let last = "";
  for (let i = 0; i < json.length; i++) {
    const character = json[i];
    if (character === '"') {
      const begin = i;
      for (i++; json[i] !== '"'; i++) if (json[i] === "\\") i++;
      last = json.slice(begin, i + 1);
    } else if (character === "{" || character === "[") {
      if (open.push(new Set()) > MAX_DEPTH) {
        return `has a header nested deeper than ${MAX_DEPTH} levels`;
      }
    } else if (character === "}" || character === "]") {
      open.pop();
    } else if (character === ":") {
      const name: string = JSON.parse(last);
      if (open.at(-1)!.has(name)) return `names ${brief(name)} twice`;
      open.at(-1)!.add(name);
    }
  }
  return null;
}

/** Returns a function that throws what is wrong with the file or one of its tensors. */
function refuse(action: "read" | "write", name?: string) {
  const what = name === undefined ? "the file" : `tensor ${brief(name)}`;
  return (fault: string): never => {
    throw new NablaError(`Cannot ${action} safetensors: ${what} ${fault}`);
  };
}

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? "none";
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function typeName(data: HostArray): string {
  const [name] = Object.entries(WRITTEN)
    .find(([, type]) => data instanceof type)!;
  return name;
}

function bytesOf({ buffer, byteOffset, byteLength }: HostArray): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
