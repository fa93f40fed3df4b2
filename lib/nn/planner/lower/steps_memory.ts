/** Where everything lies while `steps.wgsl` trains: its buffers, and its uniform block word by word, as `steps_memory.wgsl` declares them. */
import type { Widths } from "../../../core/plan.ts";
import { sizeOf } from "../../../core/shape.ts";
import { offsetsOf } from "../memory.ts";
import type { Perceptron } from "../perceptron.ts";
import { type Value, value } from "../../op/value.ts";
import { activationsOf } from "./steps_text.ts";

/** Numbers of a Cell. */
const CELL = 4;

/** Layers that the tables of a kernel hold are a multiple of this, so that networks of different depth share a kernel. */
const LAYER_STEP = 8;

/** Bytes of a `vec4u`, which hold a width each. */
const VECTOR_BYTES = 16;

/** Streams that an optimizer may read. */
export const MAX_READS = 4;

const roundUp = (count: number, unit: number) => Math.ceil(count / unit) * unit;

/** Rows of a matrix that come in whole Cells. */
export const padded = (count: number) => roundUp(count, CELL);

/** A buffer that the kernel binds: values that lie in it one after the other, or one that lives within a dispatch. */
export interface StepsBuffer {
  readonly name: string;
  readonly access: "read" | "read_write";
  readonly values: readonly Value[];
  readonly bytes: number;
}

/** The buffers of a kernel, the words of its uniform block, and the lengths of the arrays in it. */
export interface StepsMemory {
  readonly buffers: readonly StepsBuffer[];
  readonly words: readonly number[];
  readonly lengths: {
    readonly LAYERS: number;
    readonly SOURCES: number;
    readonly WIDTHS: number;
  };
}

/** What the layout depends on besides the perceptron. */
export interface StepsShape {
  readonly batch: number;
  readonly replicas: number;
  /** Cells of a row of H and D. */
  readonly columns: number;
  readonly widths?: Widths;
}

/** Lays out a perceptron. */
export function stepsMemory(net: Perceptron, shape: StepsShape): StepsMemory {
  const { layers, updates } = net;
  const { replicas, columns } = shape;
  const states = Object.keys(updates.get(layers[0]!.weight)!.states);
  const tables = tablesOf(net, columns);
  const buffer = (
    name: string,
    values: readonly Value[],
    access: StepsBuffer["access"] = "read_write",
  ): StepsBuffer => ({
    ...{ name, access, values },
    bytes: offsetsOf(values, replicas).at(-1)!,
  });
  const scratch = (name: string, cells: number) =>
    buffer(name, [value(`steps.${name}`, "scratch", [cells, CELL])]);
  const buffers = [
    buffer("kept", sourcesOf(net).flat()),
    buffer("streams", streamsOf(net), "read"),
    buffer("metrics", Object.values(net.metrics)),
    scratch("work", tables.work),
    scratch("parameter", tables.parameter),
    ...states.map((name) => scratch(name, tables.parameter)),
  ];
  const depth = roundUp(layers.length, LAYER_STEP);
  const widths = widthWords(net, shape.widths);
  const lengths = {
    LAYERS: depth,
    SOURCES: depth * (1 + states.length),
    WIDTHS: widths.words.length / 4,
  };
  const places = placesOf(buffers, replicas);
  const sources = sourcesOf(net).map(([weight, bias]) => [
    places(weight),
    places(bias),
    weight!.shape[1]!,
    weight!.shape[0]!,
  ]);
  return {
    buffers,
    lengths,
    words: [
      ...headerWords(net, shape, { buffers, places, tables, widths }),
      ...fill(tables.layers, 8 * lengths.LAYERS),
      ...fill(sources.flat(), 4 * lengths.SOURCES),
      ...widths.words,
    ],
  };
}

/** For each layer its weight and bias, then every array that the optimizer keeps of them. */
function sourcesOf({ layers, updates }: Perceptron): Value[][] {
  return layers.flatMap(({ weight, bias }) => {
    const parameters = bias ? [weight, bias] : [weight];
    const names = Object.keys(updates.get(weight)!.states);
    return [
      parameters,
      ...names.map((name) =>
        parameters.map((one) => updates.get(one)!.states[name]!)
      ),
    ];
  });
}

/** What a step is given, each once. */
function streamsOf({ x, target, examples, updates }: Perceptron): Value[] {
  const [update] = updates.values();
  const read = Object.values(update!.reads);
  return [...new Set([x, ...target ? [target] : [], examples, ...read])];
}

/** Where a value begins in its buffer or record, in numbers; 0 for none. */
function placesOf(buffers: readonly StepsBuffer[], replicas: number) {
  const places = new Map(
    buffers.flatMap(({ values }) => {
      const offsets = offsetsOf(values, replicas);
      return values.map((value, i) => [value, offsets[i]! / 4] as const);
    }),
  );
  return (value: Value | undefined) => value ? places.get(value)! : 0;
}

/** The words before the tables. */
function headerWords(
  { layers, x, target, examples, metrics, updates }: Perceptron,
  { batch, columns }: StepsShape,
  { buffers, places, tables, widths }: {
    buffers: readonly StepsBuffer[];
    places: (value: Value | undefined) => number;
    tables: { parameter: number; work: number };
    widths: { record: number };
  },
): number[] {
  const record = (name: string) =>
    buffers.find((buffer) => buffer.name === name)!.bytes / 4;
  const stride = (value: Value | undefined) =>
    !value || value.shared ? 0 : sizeOf(value.shape);
  const { reads } = updates.get(layers[0]!.weight)!;
  return [
    batch,
    columns,
    layers.length,
    record("streams"),
    record("metrics"),
    tables.parameter,
    tables.work,
    widths.record,
    places(x),
    stride(x),
    places(target),
    stride(target),
    places(examples),
    places(metrics.loss),
    places(metrics.correct),
    0,
    ...fill(Object.values(reads).map(places), MAX_READS),
  ];
}

const fill = (words: readonly number[], length: number) => [
  ...words,
  ...Array<number>(length - words.length).fill(0),
];

/** The table of layers, and the Cells of a replica in `parameter` and `work`. */
function tablesOf(net: Perceptron, columns: number) {
  const kinds = activationsOf(net).map(({ name }) => name);
  const [first] = net.layers;
  const words: number[] = [];
  let parameter = 0;
  let work = 0;
  const take = (rows: number) => (work += rows * columns) - rows * columns;
  let input = take(padded(first!.inputs + 1));
  for (const { inputs, units, bias, activation } of net.layers) {
    const output = take(padded(units + 1));
    const kind = activation ? 1 + kinds.indexOf(activation.name) : 0;
    words.push(inputs, units, bias ? 1 : 0, kind);
    words.push(parameter, input, output, take(padded(units)));
    parameter += padded(units) * padded(inputs + 1) / CELL;
    input = output;
  }
  return { layers: words, parameter, work };
}

/** Units of the hidden layers but one, a byte each: one record, or one a replica. */
function widthWords(
  { layers }: Perceptron,
  widths: Widths | undefined,
): { record: number; words: number[] } {
  const hidden = layers.slice(0, -1).map(({ units }) => units);
  const bytes = (widths ?? [hidden]).flat().map((units) => units - 1);
  const vectors = Math.max(1, Math.ceil(bytes.length / VECTOR_BYTES));
  const packed = new DataView(
    // Lengths are powers of two, so that many a number of replicas shares a kernel.
    new ArrayBuffer(VECTOR_BYTES * 2 ** Math.ceil(Math.log2(vectors))),
  );
  bytes.forEach((byte, i) => packed.setUint8(i, byte));
  return {
    record: widths ? hidden.length : 0,
    words: Array.from(
      { length: packed.byteLength / 4 },
      (_, i) => packed.getUint32(4 * i, true),
    ),
  };
}
