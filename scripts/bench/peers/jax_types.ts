/** The part of jax-js that the benchmark calls: its own types are not installed with the project. */

/** What the benchmark uses of a jax-js array; a call takes over its arguments unless they are passed as `.ref`. */
export interface Value {
  readonly ref: Value;
  add(other: Value): Value;
  sub(other: Value): Value;
  mul(other: Value | number): Value;
  transpose(): Value;
  data(): Promise<Float32Array>;
  dispose(): void;
}

export interface Jax {
  init(device: string): Promise<string[]>;
  defaultDevice(device: string): string;
  getWebGPUDevice(): GPUDevice;
  blockUntilReady(values: unknown): Promise<unknown>;
  jit<F>(f: F): F;
  valueAndGrad(
    loss: (parameters: Value[], x: Value, target: Value) => Value,
  ): (parameters: Value[], x: Value, target: Value) => [Value, Value[]];
  numpy: {
    array(data: Float32Array, options: { shape: number[] }): Value;
    matmul(a: Value, b: Value): Value;
    sum(a: Value): Value;
  };
  nn: {
    relu(x: Value): Value;
    logSoftmax(x: Value): Value;
  };
}
