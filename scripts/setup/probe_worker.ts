/// <reference lib="deno.worker" />
import { hasAdapter } from "./probe.ts";

self.postMessage(await hasAdapter());
