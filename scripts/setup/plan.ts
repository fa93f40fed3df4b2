/** What set-up found out about the machine. */
export interface Facts {
  os: typeof Deno.build.os;
  /** `ID` and `ID_LIKE` of /etc/os-release, in lower case; empty elsewhere. */
  distributions: string[];
  /** May packages be installed: as root, through sudo without a password, or not. */
  rights: "root" | "sudo" | "none";
  /** Whether WebGPU has an adapter (on Linux: through Vulkan). */
  adapter: boolean;
  /** DENO_WEBGPU_BACKEND as the person set it. */
  backend?: string;
  /** Path of a Chromium; `null` where there is none, `undefined` where none is needed. */
  browser?: string | null;
}

/** What set-up does about it. */
export type Plan =
  | { kind: "ready" }
  | { kind: "install"; announce: string; commands: string[][] }
  | { kind: "stop"; message: string };

const DRIVER = "a WebGPU adapter";
const BROWSER = "Chromium, for the tests";

/** How a distribution installs packages, and what it calls them. */
const INSTALLERS: [string[], string, { driver: string; browser: string }][] = [
  [["debian", "ubuntu"], "apt-get install -y --no-install-recommends", {
    driver: "mesa-vulkan-drivers libvulkan1",
    browser: "chromium",
  }],
  [["fedora", "rhel"], "dnf install -y", {
    driver: "mesa-vulkan-drivers vulkan-loader",
    browser: "chromium",
  }],
  [["arch"], "pacman -S --needed", {
    driver: "vulkan-swrast vulkan-icd-loader",
    browser: "chromium",
  }],
  [["alpine"], "apk add", {
    driver: "mesa-vulkan-swrast vulkan-loader",
    browser: "chromium",
  }],
  [["suse", "opensuse"], "zypper install", {
    driver: "libvulkan1 Mesa-vulkan-drivers libvulkan_lvp",
    browser: "chromium",
  }],
];

/** Decides from the facts alone: nothing to do, packages to install, or why it cannot go on. */
export function planSetup(facts: Facts): Plan {
  const missing = [
    ...facts.adapter ? [] : ["driver" as const],
    ...facts.browser === null ? ["browser" as const] : [],
  ];
  if (missing.length === 0) return { kind: "ready" };
  if (!facts.adapter && facts.backend) {
    return {
      kind: "stop",
      message: `Cannot find ${DRIVER}: DENO_WEBGPU_BACKEND is ` +
        `"${facts.backend}", which has none here; unset it and try again`,
    };
  }
  const what = missing.map((part) => part === "driver" ? DRIVER : BROWSER)
    .join(" and ");
  const installer = INSTALLERS.find(([ids]) =>
    ids.some((id) => facts.distributions.includes(id))
  );
  if (facts.os !== "linux" || !installer) {
    return {
      kind: "stop",
      message: `Cannot find ${what}: ${elsewhere(facts.os, missing)}`,
    };
  }
  const [ids, command, names] = installer;
  const packages = missing.map((part) => names[part]).join(" ");
  if (ids[0] !== "debian" || facts.rights === "none") {
    return {
      kind: "stop",
      message: `Cannot find ${what}. Install what is missing with:\n\n` +
        `    sudo ${command} ${packages}\n\nthen try again`,
    };
  }
  // sudo drops the environment, so apt-get's setting goes along as a word.
  const apt = facts.rights === "root" ? ["/usr/bin/apt-get"] : [
    ...["/usr/bin/sudo", "-n", "env"],
    ...["DEBIAN_FRONTEND=noninteractive", "apt-get"],
  ];
  return {
    kind: "install",
    announce: `Missing: ${what}. Installing ${packages} with apt-get; ` +
      "this takes a minute.",
    commands: [
      [...apt, "update", "-qq"],
      [...apt, ...command.split(" ").slice(1), "-qq", ...packages.split(" ")],
    ],
  };
}

/** What to do on systems without a package manager this file knows. */
function elsewhere(
  os: Facts["os"],
  missing: ("driver" | "browser")[],
): string {
  const steps = {
    driver: os === "linux"
      ? "install Vulkan drivers (Mesa's lavapipe needs no graphics card)"
      : "update the system's graphics drivers",
    browser: os === "darwin"
      ? "install it with: brew install --cask chromium"
      : "install Chromium or Chrome",
  };
  return `${missing.map((part) => steps[part]).join(", and ")}; then try again`;
}
