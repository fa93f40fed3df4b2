import { createDefine } from "fresh";

/** Types handlers and pages; no state travels with a request. */
export const define = createDefine<unknown>();

/** Whether an address belongs to the JSON API, which answers errors as JSON. */
export function isApi({ pathname }: URL): boolean {
  return pathname === "/api" || pathname.startsWith("/api/");
}
