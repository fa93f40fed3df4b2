/** The part of TensorFlow.js that the benchmark calls: its own types are not installed with the project. */

/** What the benchmark uses of a tensor. */
export interface Tensor {
  readonly shape: readonly number[];
  data(): Promise<Float32Array>;
  dispose(): void;
}

/** What the benchmark uses of the library. */
export interface TensorFlow {
  setBackend(name: string): Promise<boolean>;
  backend(): { device?: GPUDevice };
  engine(): {
    runKernel(
      name: string,
      inputs: Record<string, Tensor>,
      options: Record<string, unknown>,
    ): Tensor;
  };
  tensor(data: Float32Array, shape: readonly number[]): Tensor;
  scalar(value: number): Tensor;
  variable(initial: Tensor): Tensor;
  matMul(a: Tensor, b: Tensor): Tensor;
  conv2d(x: Tensor, filter: Tensor, strides: number, pad: number): Tensor;
  maxPool(x: Tensor, size: number, strides: number, pad: "valid"): Tensor;
  add(a: Tensor, b: Tensor): Tensor;
  mul(a: Tensor, b: Tensor): Tensor;
  squaredDifference(a: Tensor, b: Tensor): Tensor;
  sum(x: Tensor): Tensor;
  relu(x: Tensor): Tensor;
  tanh(x: Tensor): Tensor;
  transpose(x: Tensor): Tensor;
  reshape(x: Tensor, shape: readonly number[]): Tensor;
  slice(x: Tensor, begin: readonly number[], size: readonly number[]): Tensor;
  losses: { softmaxCrossEntropy(target: Tensor, logits: Tensor): Tensor };
  train: {
    sgd(learningRate: number): {
      minimize(
        loss: () => Tensor,
        returnCost: boolean,
        variables: Tensor[],
      ): Tensor;
      dispose(): void;
    };
  };
}
