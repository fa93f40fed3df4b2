/** The part of TensorFlow.js that the benchmark calls: its own types are not installed with the project. */

/** What the benchmark uses of a tensor. */
export interface Tensor {
  data(): Promise<Float32Array>;
  dispose(): void;
}

export interface TensorFlow {
  setBackend(name: string): Promise<boolean>;
  backend(): { device?: GPUDevice };
  tensor(data: Float32Array, shape: number[]): Tensor;
  variable(initial: Tensor): Tensor;
  matMul(
    a: Tensor,
    b: Tensor,
  ): Tensor;
  add(a: Tensor, b: Tensor): Tensor;
  relu(x: Tensor): Tensor;
  transpose(x: Tensor): Tensor;
  slice(x: Tensor, begin: number[], size: number[]): Tensor;
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
