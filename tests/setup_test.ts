import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import configuration from "../deno.json" with { type: "json" };
import { BROWSERS, parseDistributions } from "../scripts/setup/facts.ts";
import { type Facts, planSetup } from "../scripts/setup/plan.ts";
import { testWith } from "./support/permissions.ts";

const ready: Facts = {
  os: "linux",
  distributions: ["debian"],
  rights: "root",
  adapter: true,
};

/** The message set-up stops with. */
function stop(facts: Partial<Facts>): string {
  const plan = planSetup({ ...ready, ...facts });
  assert.equal(plan.kind, "stop");
  return plan.kind === "stop" ? plan.message : "";
}

/** The commands set-up runs. */
function commands(facts: Partial<Facts>): string[] {
  const plan = planSetup({ ...ready, ...facts });
  assert.equal(plan.kind, "install");
  return plan.kind === "install"
    ? plan.commands.map((words) => words.join(" "))
    : [];
}

Deno.test("planSetup() does nothing where nothing is missing", () => {
  for (const browser of [undefined, "/usr/bin/chromium"]) {
    assert.deepEqual(planSetup({ ...ready, browser }), { kind: "ready" });
  }
  const elsewhere = { ...ready, os: "darwin" as const, distributions: [] };
  assert.deepEqual(planSetup(elsewhere), { kind: "ready" });
});

Deno.test("planSetup() installs exactly what is missing on Debian as root", () => {
  const install = "/usr/bin/apt-get install -y --no-install-recommends -qq";
  assert.deepEqual(commands({ adapter: false }), [
    "/usr/bin/apt-get update -qq",
    `${install} mesa-vulkan-drivers libvulkan1`,
  ]);
  assert.equal(commands({ browser: null })[1], `${install} chromium`);
  assert.equal(
    commands({ adapter: false, browser: null })[1],
    `${install} mesa-vulkan-drivers libvulkan1 chromium`,
  );
});

Deno.test("planSetup() announces what it installs before it does", () => {
  const plan = planSetup({ ...ready, adapter: false });
  assert.ok(plan.kind === "install");
  assert.match(
    plan.announce,
    /WebGPU adapter.*mesa-vulkan-drivers libvulkan1 with apt-get/,
  );
});

Deno.test("planSetup() goes through sudo where no password is needed", () => {
  const facts = {
    adapter: false,
    rights: "sudo" as const,
    distributions: ["ubuntu", "debian"],
  };
  for (const command of commands(facts)) {
    assert.match(
      command,
      /^\/usr\/bin\/sudo -n env DEBIAN_FRONTEND=noninteractive apt-get /,
    );
  }
});

Deno.test("planSetup() prints the line to type where it may not install", () => {
  assert.match(
    stop({ adapter: false, browser: null, rights: "none" }),
    /WebGPU adapter and Chromium.*\n\n {4}sudo apt-get install -y --no-install-recommends mesa-vulkan-drivers libvulkan1 chromium\n/,
  );
  assert.match(
    stop({ adapter: false, distributions: ["fedora"] }),
    /sudo dnf install -y mesa-vulkan-drivers vulkan-loader\n/,
  );
  assert.match(
    stop({ os: "darwin", distributions: [], browser: null }),
    /brew install --cask chromium/,
  );
  assert.match(
    stop({ adapter: false, distributions: ["nixos"] }),
    /install Vulkan drivers/,
  );
});

Deno.test("planSetup() installs nothing where DENO_WEBGPU_BACKEND hides the adapter", () => {
  assert.match(
    stop({ adapter: false, backend: "metal" }),
    /DENO_WEBGPU_BACKEND is "metal".*unset it/,
  );
});

Deno.test("parseDistributions() reads quoted and plain words", () => {
  const text =
    'NAME="Ubuntu"\nVERSION_ID="24.04"\nID=ubuntu\nID_LIKE="debian"\n';
  assert.deepEqual(parseDistributions(text), ["ubuntu", "debian"]);
  assert.deepEqual(
    parseDistributions('ID="rocky"\nID_LIKE="rhel centos fedora"'),
    ["rocky", "rhel", "centos", "fedora"],
  );
  assert.deepEqual(parseDistributions(""), []);
});

Deno.test("deno.json's permission set for tests names the installed esbuild and the known browsers", () => {
  const { imports, permissions } = configuration;
  const version = imports["esbuild"].split("@").at(-1);
  const paths = permissions.test.run.filter((path) =>
    path.endsWith("/esbuild")
  );
  assert.equal(paths.length, 4);
  for (const path of paths) assert.ok(path.includes(`@${version}/`), path);
  for (const path of BROWSERS) {
    assert.ok(permissions.test.run.includes(path), path);
  }
});

Deno.test("deno.json's tasks are one launcher each, without all permissions", () => {
  const launcher =
    "deno run -RWE --allow-run --allow-sys=uid scripts/launch.ts";
  for (const [name, { command }] of Object.entries(configuration.tasks)) {
    if (name === "ok") continue;
    assert.doesNotMatch(command, /\s(-A|--allow-all)\b|\$\(/, name);
    assert.equal(command.split("scripts/").length, 2, name);
    assert.ok(command.includes(`${launcher} `), name);
  }
});

/** Runs set-up as the task does, with `env` added. */
async function setUp(env: Record<string, string>) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "setup"],
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    env: { NO_COLOR: "1", ...env },
  }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, output: decode(stdout) + decode(stderr) };
}

testWith(
  { run: true },
  "setup prints nothing where an adapter is there",
  async () => {
    assert.deepEqual(await setUp({}), { code: 0, output: "" });
  },
);

testWith(
  { run: true },
  "setup ends with 3 and the reason where there is no adapter",
  async () => {
    const { code, output } = await setUp({ DENO_WEBGPU_BACKEND: "metal" });
    assert.equal(code, 3);
    assert.match(
      output,
      /^error: Cannot find a WebGPU adapter: DENO_WEBGPU_BACKEND/,
    );
  },
);
