import assert from "node:assert/strict";
import { askVersion } from "../../lib/ui/store/ask.ts";
import { openSqlite, type SqliteStore } from "../../lib/results/sqlite.ts";
import { eventStream } from "../../lib/ui/live/event_stream.ts";
import { testWith } from "../support/permissions.ts";
import { SEEDED, seedStore, startLiveRun } from "../support/seed_store.ts";
import { withDataFolder } from "../support/site.ts";

const NEEDS = { read: true, write: true, env: true };

interface Event {
  event: string;
  id: number;
  // deno-lint-ignore no-explicit-any
  data: any;
}

/** Events of a stream, one by one. */
async function* eventsOf(
  id: string,
  after = 0,
  browser?: string,
): AsyncGenerator<Event> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of eventStream(id, after, browser)) {
    text += decoder.decode(chunk, { stream: true });
    const parts = text.split("\n\n");
    text = parts.pop()!;
    for (const part of parts) {
      const field = (name: string) =>
        new RegExp(`^${name}: (.*)$`, "m").exec(part)?.[1];
      const event = field("event");
      if (!event) continue;
      yield {
        event,
        id: Number(field("id")),
        data: JSON.parse(field("data")!),
      };
    }
  }
}

/** Steps of replica 0 that arrive until there are `count`. */
async function steps(
  events: AsyncGenerator<Event>,
  count: number,
): Promise<{ steps: number[]; last: number }> {
  const steps: number[] = [];
  let last = 0;
  while (steps.length < count) {
    const { value } = await events.next();
    if (value?.event !== "metrics") continue;
    last = value.id;
    for (const [step, , replica] of value.data) {
      if (replica === 0) steps.push(step);
    }
  }
  return { steps, last };
}

const eventTest = (
  name: string,
  test: (store: SqliteStore) => Promise<void>,
) =>
  testWith(NEEDS, name, () =>
    withDataFolder(async (folder) => {
      using store = openSqlite(folder, { mode: "write" });
      await test(store);
    }));

eventTest(
  "askVersion() differs after each write and is the same without one",
  async (store) => {
    const train = startLiveRun(store);
    const versions = [];
    for (let i = 0; i < 5; i++) {
      train();
      const version = await askVersion();
      assert.equal(await askVersion(), version);
      versions.push(version);
    }
    assert.equal(new Set(versions).size, 5);
  },
);

eventTest(
  "eventStream() sends each new row once while a run trains",
  async (store) => {
    const train = startLiveRun(store);
    train();
    const events = eventsOf("live-run");
    const timer = setInterval(train, 40);
    const { steps: seen } = await steps(events, 20);
    clearInterval(timer);
    await events.return(undefined);
    assert.deepEqual(seen, seen.map((_, i) => i));
  },
);

eventTest(
  "eventStream() continues behind the cursor of a lost connection",
  async (store) => {
    const train = startLiveRun(store);
    for (let i = 0; i < 10; i++) train();
    const first = eventsOf("live-run");
    const { steps: before, last } = await steps(first, 10);
    await first.return(undefined);
    for (let i = 0; i < 5; i++) train();
    const second = eventsOf("live-run", last);
    const { steps: after } = await steps(second, 5);
    await second.return(undefined);
    assert.deepEqual([...before, ...after], [...Array(15).keys()]);
  },
);

eventTest(
  "eventStream() leaves its place to a fifth stream of the same browser, and loses no row",
  async (store) => {
    const train = startLiveRun(store, "many-pages");
    train();
    const open = () => eventsOf("many-pages", 0, "mine");
    const first = open();
    assert.deepEqual((await steps(first, 1)).steps, [0]);
    const others = [open(), open(), open()];
    const stranger = eventsOf("many-pages", 0, "another");
    for (const one of [...others, stranger]) await steps(one, 1);
    train();
    const seen = await steps(first, 1);
    assert.deepEqual(seen.steps, [1]);

    const fifth = open();
    await steps(fifth, 1);
    const last: Event[] = [];
    for await (const event of first) last.push(event);
    assert.equal(last.at(-1)!.event, "pause");
    train();
    const again = eventsOf("many-pages", seen.last, "mine");
    assert.deepEqual((await steps(again, 1)).steps, [2]);
    train();
    for (const one of [...others.slice(1), stranger, fifth, again]) {
      const { value } = await one.next();
      assert.notEqual(value?.event, "pause");
      await one.return(undefined);
    }
  },
);

eventTest(
  "eventStream() tells the new state and ends with the run",
  async (store) => {
    startLiveRun(store)();
    const events = eventsOf("live-run");
    const states: string[] = [];
    let last = "";
    for await (const { event, data } of events) {
      last = event;
      if (event === "state") states.push(data.status);
      if (data.status === "running") {
        store.updateRun("live-run", { status: "completed" });
      }
    }
    assert.deepEqual(states, ["running", "completed"]);
    assert.equal(last, "end");
  },
);

testWith(
  NEEDS,
  "eventStream() holds one event for a client that does not read",
  () =>
    withDataFolder(async (folder) => {
      seedStore(folder);
      using store = openSqlite(folder, { mode: "write" });
      const train = startLiveRun(store);
      for (let i = 0; i < 3000; i++) train();
      const reader = eventStream("live-run", 0).getReader();
      await reader.read();
      await new Promise((resolve) => setTimeout(resolve, 600));
      const { value } = await reader.read();
      assert.ok(value!.length < 200_000, `${value!.length} bytes`);
      await reader.cancel();
      for await (const { event } of eventsOf(SEEDED.failed)) {
        assert.ok(["metrics", "state", "end"].includes(event));
      }
    }),
);
