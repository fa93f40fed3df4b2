/** How far a run is, on stderr: a bar on a terminal, plain lines elsewhere. */
// @ts-types="npm:@types/cli-progress@3.11.6"
import { SingleBar } from "cli-progress";
import process from "node:process";
import { formatDuration } from "../../lib/core/units.ts";
import type { Progress } from "../../lib/train/experiment.ts";
import { formatNumber } from "./terminal.ts";

/** Shows how far a run is. */
export interface ProgressView {
  update(progress: Progress): void;
  log(text: string): void;
  stop(): void;
}

/** Milliseconds between plain lines. */
const linePeriod = 5000;

/** A view for the run called `name`; `print` takes the lines that are to stay. */
export function createProgressView(
  name: string,
  print: (text: string) => void,
): ProgressView {
  return Deno.stderr.isTerminal()
    ? barView(name, print)
    : lineView(name, print);
}

/** Since the first report of a try: a resumed run has steps behind it that took no time. */
function createMeter() {
  let first: { time: number; progress: Progress } | null = null;
  return (progress: Progress) => {
    const now = performance.now();
    first ??= { time: now, progress };
    const seconds = (now - first.time) / 1000;
    const done = progress.done - first.progress.done;
    const left = done > 0
      ? (progress.total - progress.done) * seconds / done * 1000
      : NaN;
    const examples = (progress.examples ?? 0) - (first.progress.examples ?? 0);
    return {
      left,
      speed: examples > 0 && seconds > 0
        ? `${formatNumber(Math.round(examples / seconds))} examples/s`
        : "",
      metrics: Object.entries(progress.metrics ?? {})
        .map(([name, value]) => `${name} ${value.toPrecision(4)}`).join("  "),
    };
  };
}

function barView(name: string, print: (text: string) => void): ProgressView {
  const meter = createMeter();
  const { columns } = Deno.consoleSize();
  const bar = new SingleBar({
    format: `${name} {bar} {value}/{total}  {metrics}  {left}{speed}`,
    barCompleteChar: "━",
    barIncompleteChar: "╌",
    barsize: Math.max(8, Math.min(30, columns - 90)),
    hideCursor: true,
    stream: process.stderr,
  });
  let running = false;
  return {
    update(progress) {
      const { left, speed, metrics } = meter(progress);
      const payload = {
        left: Number.isFinite(left) && progress.done < progress.total
          ? `${formatDuration(left)} left  `
          : "",
        speed,
        metrics,
      };
      if (!running) bar.start(progress.total, progress.done, payload);
      running = true;
      bar.setTotal(progress.total);
      bar.update(progress.done, payload);
    },
    log(text) {
      if (running) bar.stop();
      running = false;
      print(text);
    },
    stop() {
      if (running) bar.stop();
      running = false;
    },
  };
}

function lineView(name: string, print: (text: string) => void): ProgressView {
  const meter = createMeter();
  let last = -Infinity;
  return {
    update(progress) {
      const { left, speed, metrics } = meter(progress);
      const now = performance.now();
      if (progress.done < progress.total && now - last < linePeriod) return;
      last = now;
      const parts = [
        `${progress.unit} ${progress.done} of ${progress.total}`,
        Number.isFinite(left) && progress.done < progress.total
          ? `${formatDuration(left)} left`
          : "",
        speed,
        metrics,
      ];
      console.error(`${name}: ${parts.filter((part) => part).join(", ")}`);
    },
    log: print,
    stop() {},
  };
}
