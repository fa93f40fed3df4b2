import assert from "node:assert/strict";
import fs from "node:fs";
import type { Page } from "playwright-core";
import { SetupError } from "../../lib/core/errors.ts";
import { findBrowser } from "../../scripts/setup/facts.ts";

/** What `withPage()` opens. */
export interface PageOptions {
  url: string;
  /** Pixels. Default 1280. */
  width?: number;
  /** Pixels. Default 800. */
  height?: number;
  /** Default `"light"`. */
  colorScheme?: "light" | "dark";
  /** More command-line switches of the browser. */
  args?: string[];
}

/** What went on in a page besides what it shows. */
export interface PageLog {
  /** Console messages as `type: text`. */
  console: string[];
  /** Uncaught errors. */
  errors: string[];
  /** Requests that left 127.0.0.1, `data:` and `blob:` aside. */
  outside: string[];
  /** Answers from 400 on as `status url`. */
  failed: string[];
}

const SWITCHES = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Opens a page in a browser of its own, with an empty profile, and returns what went on in it. */
export async function withPage(
  { url, width = 1280, height = 800, colorScheme = "light", args = [] }:
    PageOptions,
  use: (page: Page, log: PageLog) => Promise<void>,
): Promise<PageLog> {
  const executablePath = findBrowser();
  if (executablePath === null) {
    throw new SetupError(
      "Cannot open a page as there is no Chromium: run deno task setup:tests",
    );
  }
  const { chromium } = await importPlaywright();
  const browser = await chromium.launch({
    executablePath,
    args: [...SWITCHES, ...args],
  });
  try {
    const page = await browser.newPage({
      viewport: { width, height },
      colorScheme,
    });
    const log = listen(page);
    await page.goto(url);
    await use(page, log);
    return log;
  } finally {
    await browser.close();
  }
}

/** Fails if a page complained, answered with an error or asked another machine for anything. */
export function assertQuiet(log: PageLog): void {
  const complaints = log.console.filter((line) =>
    /^(error|warning)/.test(line)
  );
  assert.deepEqual(
    { ...log, console: complaints },
    { console: [], errors: [], outside: [], failed: [] },
  );
}

/** Imported on use, as it reads the environment at once. */
async function importPlaywright() {
  // In Node this never throws; Deno's does for a file that may not be read,
  // and Playwright looks at one that only --allow-all opens.
  const { existsSync } = fs;
  fs.existsSync = (path) => {
    try {
      return existsSync(path);
    } catch {
      return false;
    }
  };
  try {
    return await import("playwright-core");
  } finally {
    fs.existsSync = existsSync;
  }
}

function listen(page: Page): PageLog {
  const log: PageLog = { console: [], errors: [], outside: [], failed: [] };
  page.on("console", (message) => {
    log.console.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => {
    log.errors.push(`${error}`);
  });
  page.on("request", (request) => {
    const { protocol, hostname } = new URL(request.url());
    const local = hostname === "127.0.0.1" || protocol === "data:" ||
      protocol === "blob:";
    if (!local) log.outside.push(request.url());
  });
  page.on("response", (response) => {
    const status = response.status();
    if (status >= 400) log.failed.push(`${status} ${response.url()}`);
  });
  return log;
}
