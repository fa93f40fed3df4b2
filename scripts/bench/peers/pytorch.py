"""PyTorch as a contender: `pytorch.py THREADS`, or `pytorch.py expect < workload.json`.

Speaks the protocol of ../contender.ts on standard input and output; runs on the
CPU. `expect` prints the losses of a training's first steps in float64.
"""
import json
import math
import os
import sys
import time

try:
    import torch
    import torch.nn.functional as F
except ImportError:
    sys.exit("error: PyTorch is not installed")


def training_start(workload, dtype=torch.float32):
    """Parameters, batch and targets, drawn as `trainingStart` draws them: seed 2, always in float32."""
    torch.manual_seed(2)
    shape = list(reversed(workload["input"])) if len(workload["input"]) == 3 else workload["input"]
    x_shape = [workload["batch"], *shape]
    replicas = [workload["replicas"]] if workload["replicas"] > 1 else []
    parameters = []

    def draw(outputs, inputs, kernel):
        bound = 1 / math.sqrt(inputs * math.prod(kernel))
        weight = torch.empty([*replicas, outputs, inputs, *kernel]).uniform_(-bound, bound)
        bias = torch.empty([*replicas, outputs]).uniform_(-bound, bound)
        parameters.extend([weight, bias])

    for layer in workload["layers"]:
        if layer["type"] == "dense":
            draw(layer["units"], shape[0], [])
            shape = [layer["units"]]
        elif layer["type"] == "conv":
            draw(layer["channels"], shape[0], [layer["kernel"], layer["kernel"]])
            side = shape[1] + 2 * layer["padding"] - layer["kernel"] + 1
            shape = [layer["channels"], side, side]
        elif layer["type"] == "maxPool":
            side = (shape[1] - layer["kernel"]) // layer["stride"] + 1
            shape = [shape[0], side, side]
        elif layer["type"] == "flatten":
            shape = [math.prod(shape)]
    x = torch.rand(x_shape)
    rows = [workload["batch"], shape[0]]
    if workload["loss"] == "crossEntropy":
        target = torch.randint(0, shape[0], [workload["batch"]])
    else:
        target = torch.rand(rows).to(dtype)
    leaves = [p.to(dtype).requires_grad_() for p in parameters]
    return leaves, x.to(dtype), target


def forward(workload, parameters, x):
    given = iter(parameters)
    y = x
    for layer in workload["layers"]:
        kind = layer["type"]
        if kind == "dense":
            weight, bias = next(given), next(given)
            if weight.dim() == 2:
                y = F.linear(y, weight, bias)
            else:
                left = y if y.dim() == 3 else y.expand(weight.shape[0], *y.shape)
                y = torch.baddbmm(bias.unsqueeze(1), left, weight.transpose(1, 2))
        elif kind == "conv":
            y = F.conv2d(y, next(given), next(given), padding=layer["padding"])
        elif kind == "maxPool":
            y = F.max_pool2d(y, layer["kernel"], layer["stride"])
        elif kind == "flatten":
            y = y.flatten(1)
        else:
            y = getattr(torch, kind)(y)
    return y


class Training:
    def __init__(self, workload, dtype=torch.float32):
        self.workload = workload
        self.parameters, self.x, self.target = training_start(workload, dtype)
        self.optimizer = torch.optim.SGD(self.parameters, lr=workload["learningRate"])

    def step(self):
        y = forward(self.workload, self.parameters, self.x)
        if self.workload["loss"] == "crossEntropy":
            loss = F.cross_entropy(y, self.target)
        else:
            # Every replica follows the gradient of its own loss alone.
            loss = (y - self.target).square().sum() / self.target.numel()
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss

    def values(self):
        steps = range(self.workload["comparedSteps"])
        return [self.step().item() / self.workload["replicas"] for _ in steps]


def answer(state, request):
    ask = request["ask"]
    if ask == "hello":
        threads = torch.get_num_threads()
        return {"version": f"{torch.__version__} on {threads} threads", "adapter": None}
    if ask == "open":
        if request["workload"]["kind"] != "training":
            raise ValueError(f"Cannot open {request['workload']['name']}: not written")
        start = time.perf_counter()
        state["work"] = Training(request["workload"])
        values = state["work"].values()
        return {"values": values, "ms": 1000 * (time.perf_counter() - start)}
    if ask == "sample":
        start = time.perf_counter()
        for _ in range(request["n"]):
            state["work"].step()
        return {"ms": 1000 * (time.perf_counter() - start)}
    state.clear()
    return {}


def serve():
    state = {}
    for line in sys.stdin:
        try:
            reply = {"ok": answer(state, json.loads(line))}
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), flush=True)


if sys.argv[1] == "expect":
    print(Training(json.load(sys.stdin), torch.float64).values())
else:
    torch.set_num_threads(os.cpu_count() if sys.argv[1] == "all" else int(sys.argv[1]))
    serve()
