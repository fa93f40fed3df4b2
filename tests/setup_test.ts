import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import configuration from "../deno.json" with { type: "json" };
import { BROWSERS, parseDistributions } from "../scripts/setup/facts.ts";
import { grantsFor } from "../scripts/setup/data_folder.ts";
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

Deno.test("grantsFor() widens nothing but to another data folder", () => {
  assert.equal(grantsFor(undefined), "");
  assert.equal(grantsFor(".nabla"), "");
  assert.equal(grantsFor("/d"), "--allow-read=.,/d --allow-write=/d");
  for (const folder of ["/a b", "/a,/", "$(x)"]) {
    assert.throws(() => grantsFor(folder), /Cannot use NABLA_DATA/);
  }
});

Deno.test("deno.json's permission sets name the installed esbuild and the known browsers", () => {
  const { imports, permissions } = configuration;
  const version = imports["esbuild"].split("@").at(-1);
  for (const set of [permissions.serve, permissions.test]) {
    const paths = set.run.filter((path) => path.endsWith("/esbuild"));
    assert.equal(paths.length, 4);
    for (const path of paths) assert.ok(path.includes(`@${version}/`), path);
  }
  for (const path of BROWSERS) {
    assert.ok(permissions.setup.read.includes(path), path);
    assert.ok(permissions.test.run.includes(path), path);
  }
});

Deno.test("deno.json's tasks run with a permission set, never with all permissions", () => {
  for (const [name, { command }] of Object.entries(configuration.tasks)) {
    assert.doesNotMatch(command, /\s(-A|--allow-all)\b/, name);
    for (const [, words] of command.matchAll(/deno (?:run|test) ([^)&]*)/g)) {
      const set = words!.match(/-P=(\w+)/)?.[1];
      assert.ok(
        set
          ? set in configuration.permissions
          : /^--allow-env=\w+ /.test(words!),
        `${name}: ${words}`,
      );
    }
  }
});

/** Runs set-up as the task does, with `env` added. */
async function setUp(env: Record<string, string>) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-P=setup", "scripts/setup.ts"],
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    env: { NO_COLOR: "1", ...env },
  }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  // Deno itself says that permission sets are new.
  const complaints = decode(stderr).replace(/^Warning Permissions .*\n/, "");
  return { code, output: decode(stdout) + complaints };
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
    assert.match(output, /^Cannot find a WebGPU adapter: DENO_WEBGPU_BACKEND/);
  },
);
