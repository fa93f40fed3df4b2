/** The part of jax-js that the benchmark calls: its own types are not installed with the project. */

/** What the benchmark uses of a jax-js array; a call takes over its arguments unless they are passed as `.ref`. */
export interface Value {
  readonly ref: Value;
  add(other: Value): Value;
  sub(other: Value): Value;
  mul(other: Value | number): Value;
  transpose(): Value;
  reshape(shape: readonly number[]): Value;
  data(): Promise<Float32Array>;
  dispose(): void;
}

/** What the benchmark uses of the library. */
export interface Jax {
  init(device: string): Promise<string[]>;
  defaultDevice(device: string): string;
  getWebGPUDevice(): GPUDevice;
  blockUntilReady(values: unknown): Promise<unknown>;
  jit<F>(f: F): F;
  /** The value of `f`, and what turns the gradient of the value into those of the arguments. */
  vjp(
    f: (x: Value) => Value,
    primals: [Value],
  ): [Value, (cotangent: Value) => [Value]];
  valueAndGrad(
    loss: (parameters: Value[], x: Value, target: Value) => Value,
  ): (parameters: Value[], x: Value, target: Value) => [Value, Value[]];
  lax: {
    conv(
      x: Value,
      weight: Value,
      strides: readonly number[],
      padding: readonly (readonly [number, number])[],
    ): Value;
    reduceWindow(
      x: Value,
      reduce: (window: Value) => Value,
      size: readonly number[],
      strides: readonly number[],
    ): Value;
  };
  numpy: {
    array(data: Float32Array, options: { shape: readonly number[] }): Value;
    zeros(shape: readonly number[]): Value;
    matmul(a: Value, b: Value): Value;
    max(x: Value): Value;
    square(x: Value): Value;
    sum(x: Value): Value;
    tanh(x: Value): Value;
  };
  nn: {
    relu(x: Value): Value;
    logSoftmax(x: Value): Value;
  };
}
