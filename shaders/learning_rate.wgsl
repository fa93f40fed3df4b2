// What every optimizer's file begins with: learning rate α and weight decay λ of
// a replica.
//
// The file defines `prepareUpdate()`, which every invocation calls once when
// `replica` is set, and `update(at, gradient)`, which works on one Cell (a vec4f
// or an f32) of `parameter` [replicas, ...]. Expects λ from `currentWeightDecay()`
// and the bindings `parameter` and `learningRate` [replicas]; the optimizer's own
// arrays are shaped as `parameter`.

var<private> rate: f32;
var<private> lambda: f32;

fn prepareRate() {
  rate = learningRate[replica];
  lambda = currentWeightDecay();
}
