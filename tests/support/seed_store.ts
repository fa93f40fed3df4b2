/** A store with runs and checks of every kind, for the tests of the site. */
import { linesOf } from "../../lib/study/page.ts";
import { studies } from "../../lib/studies/mod.ts";
import { openSqlite, type SqliteStore } from "../../lib/results/sqlite.ts";
import { PROVENANCE } from "./seed_provenance.ts";

/** Ids of the runs that `seedStore` makes. */
export const SEEDED = {
  completed: "20261120-0900-backprop-mlp-a1b2",
  shared: "20261120-0930-shared-weight-gradient-c3d4",
  parity: "20261120-1000-torch-parity-e5f6",
  failed: "20261120-1100-torch-parity-g7h8",
  interrupted: "20261120-1130-torch-parity-i9j0",
  hostile: "20261120-1200-mine-k1l2",
};

/** Text that must come out as text everywhere. */
export const HOSTILE =
  `<script>alert(1)</script></script><img src=x onerror=alert(2)> \u202Eltr ${
    "x".repeat(200)
  }`;

/** Fills the data folder `directory` with runs and checks of every kind. */
export function seedStore(directory: string): void {
  using store = openSqlite(directory, { mode: "write" });
  seedBackprop(store);
  seedShared(store);
  seedParity(store);
  seedFailed(store);
  seedInterrupted(store);
  seedHostile(store);
  seedChecks(store);
}

/** A run that is still training, with three replicas, and a function that records its next step. */
export function startLiveRun(store: SqliteStore, id = "live-run"): () => void {
  begin(store, { id, study: "backprop-mlp", seed: 3, replicas: 3 });
  const noise = noiseFrom(5);
  let step = 0;
  return () => {
    const rows = [0, 1, 2].map((replica) => ({
      step,
      series: "train.loss",
      replica,
      value: 2.3 * Math.exp(-step / 60) + 0.2 + 0.1 * noise(),
    }));
    store.appendMetrics(id, rows);
    step++;
  };
}

function begin(
  store: SqliteStore,
  { id, study, seed = 0, replicas = 1, name }: {
    id: string;
    study: string;
    seed?: number;
    replicas?: number;
    name?: string;
  },
): void {
  store.createRun({
    ...{ id, study, seed, replicas, name, preset: "quick" },
    config: {
      model: "784-128-10",
      learningRate: 0.1,
      batchSize: 64,
      epochs: 2,
      momentum: 0,
    },
    provenance: PROVENANCE,
  });
}

/** Ends a run so that it took a given time that day. */
function end(
  store: SqliteStore,
  id: string,
  patch: Parameters<SqliteStore["updateRun"]>[1],
): void {
  const startedAt = `2026-11-20T${id.slice(9, 11)}:${id.slice(11, 13)}:07.000Z`;
  const endedAt = new Date(Date.parse(startedAt) + 83_000).toISOString();
  store.updateRun(id, {
    ...{ startedAt, endedAt, heartbeatAt: endedAt, status: "completed" },
    ...patch,
  });
}

function seedBackprop(store: SqliteStore): void {
  const id = SEEDED.completed;
  begin(store, { id, study: "backprop-mlp" });
  const noise = noiseFrom(1);
  record(store, id, 1500, (step) => ({
    "regression.loss": (0.4 * Math.exp(-step / 160) + 0.003) *
      (1 + 0.25 * noise()),
  }));
  end(store, id, {
    expectations: [
      {
        name: "dA1 to every printed digit",
        holds: true,
        measured: "16 of 16",
        expected: "16 of 16 numbers",
      },
      {
        name: "db1 to every printed digit",
        holds: true,
        measured: "4 of 4",
        expected: "4 of 4 numbers",
      },
      {
        name: "all layers against float64",
        holds: true,
        measured: 3.1e-7,
        expected: "at most 1e-5 relative",
      },
    ],
    results: {
      dA1: [
        [2.3943e-5, 3.7064e-5, 4.2687e-6, 6.37e-6],
        [3.4104e-5, 5.2794e-5, 6.0804e-6, 9.0735e-6],
        [2.4438e-5, 3.7831e-5, 4.3571e-6, 6.5019e-6],
        [2.0187e-5, 3.125e-5, 3.5991e-6, 5.3707e-6],
      ],
      db1: [4.8247e-5, 6.8722e-5, 4.9245e-5, 4.0678e-5],
    },
  });
}

function seedShared(store: SqliteStore): void {
  const id = SEEDED.shared;
  begin(store, { id, study: "shared-weight-gradient" });
  store.appendMetrics(
    id,
    [2, 8, 64].flatMap((step) =>
      ["formula", "reverse", "central"].map((name, i) => ({
        ...{ step, replica: 0, series: `error.${name}` },
        value: 1e-7 * (i + 1) * Math.sqrt(step),
      }))
    ),
  );
  end(store, id, {
    expectations: [{
      name: "formula against reverse mode, d = 64",
      holds: true,
      measured: 2.2e-7,
      expected: "at most 1e-5 relative",
    }],
  });
}

function seedParity(store: SqliteStore): void {
  const id = SEEDED.parity;
  begin(store, { id, study: "torch-parity", seed: 1 });
  const noise = noiseFrom(2);
  record(store, id, 938, (step) => {
    const loss = 2.2 * Math.exp(-step / 120) + 0.3 + 0.12 * noise();
    const apart = step < 20 ? 0 : 1e-7 * Math.exp(step / 120) * noise();
    return {
      "mlp.loss": Math.fround(loss),
      "mlp.reference.loss": Math.fround(loss + apart),
      ...(step % 100 === 0 && {
        "mlp.train.accuracy": 0.92 - 0.8 * Math.exp(-step / 150),
        "mlp.test.accuracy": 0.91 - 0.8 * Math.exp(-step / 150),
      }),
    };
  });
  end(store, id, {
    expectations: [
      {
        name: "first loss",
        holds: true,
        measured: 1.2e-6,
        expected: "within 1e-5 relative of PyTorch",
      },
      {
        name: "test accuracy",
        holds: false,
        measured: 0.8991,
        expected: "0.9080 ± 0.0050",
      },
    ],
  });
}

function seedFailed(store: SqliteStore): void {
  const id = SEEDED.failed;
  begin(store, { id, study: "torch-parity", seed: 2 });
  record(store, id, 60, (step) => ({
    "train.loss": step < 40
      ? 2.3 + step ** 2 / 80
      : step < 44
      ? Infinity
      : step < 50
      ? NaN
      : 5,
  }));
  end(store, id, {
    status: "failed",
    error:
      'The loss is not finite from step 44 on: first bad tensor "dense1.weight"; lower learningRate (have 10)',
  });
}

function seedInterrupted(store: SqliteStore): void {
  const id = SEEDED.interrupted;
  begin(store, { id, study: "torch-parity", seed: 4 });
  record(store, id, 200, (step) => ({
    "train.loss": 2.3 * Math.exp(-step / 120),
  }));
  end(store, id, { status: "interrupted", endedAt: null });
}

function seedHostile(store: SqliteStore): void {
  const id = SEEDED.hostile;
  begin(store, { id, study: "mine", name: HOSTILE });
  record(store, id, 5, (step) => ({
    "<b>train</b>.loss": step === 3 ? NaN : 1e308 / (step + 1),
    "</script>.loss": -1e308 / (step + 1),
  }));
  end(store, id, {
    error: HOSTILE,
    status: "failed",
    notes: HOSTILE,
    results: { [HOSTILE.slice(0, 60)]: { type: "script", __html: HOSTILE } },
  });
}

function seedChecks(store: SqliteStore): void {
  const noise = noiseFrom(9);
  for (const study of studies) {
    store.saveChecks(
      linesOf(study).filter(({ check }) => check).map((
        { id, check, kernels },
      ) => ({
        study: study.id,
        line: id,
        error: 1e-15 * (3 + 2 * noise()),
        tolerance: check!.tolerance,
        holds: true,
        kernel: kernels?.map(({ file, role }) => `${file} ${role}`)
          .join("; ") ?? null,
        kernelError: kernels ? 1e-7 * (2 + noise()) : null,
        checkedAt: "2026-11-20T08:55:00.000Z",
      })),
    );
  }
}

function record(
  store: SqliteStore,
  id: string,
  steps: number,
  values: (step: number) => Record<string, number>,
): void {
  store.appendMetrics(
    id,
    Array.from(
      { length: steps },
      (_, step) =>
        Object.entries(values(step)).map(([series, value]) => ({
          step,
          series,
          replica: 0,
          value,
        })),
    ).flat(),
  );
}

/** Numbers in [-1, 1) that look random and are the same every time. */
function noiseFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 1073741824 - 1;
  };
}
