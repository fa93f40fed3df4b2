/** A page as one file: styles, fonts and figures inside, no script, nothing to fetch. */
import { Builder } from "fresh/dev";
import { parseHTML } from "linkedom";
import { NablaError } from "../../lib/core/errors.ts";
import { app } from "../../main.ts";

/** Where the page believes to be; nothing is asked over a network. */
const ORIGIN = "http://nabla.invalid";

/** What does nothing without a script or a site around it. */
const IDLE = "header nav, .tools, .interactive button";

type Fetch = (path: string) => Promise<Response>;

/**
 * The page at a path of the site, such as `/studies/rmsprop`, as one HTML file.
 *
 * @throws {NablaError} If the site has no such page
 */
export async function standalonePage(path: string): Promise<string> {
  const root = new URL("../../", import.meta.url).href;
  (await new Builder({ root, islands: false }).build())(app);
  const handler = app.handler();
  const fetch: Fetch = async (path) => {
    const response = await handler(new Request(ORIGIN + path));
    if (response.ok) return response;
    throw new NablaError(
      `Cannot export ${path}: the site answers ${response.status}; deno task serve shows the page`,
    );
  };
  const { document } = parseHTML(await (await fetch(path)).text());
  for (const link of [...document.querySelectorAll("link[href]")]) {
    const href = link.getAttribute("href")!;
    if (link.getAttribute("rel") === "stylesheet") {
      const style = document.createElement("style");
      style.textContent = await styleSheet(fetch, href);
      link.replaceWith(style);
    } else link.setAttribute("href", await dataUrl(fetch, href));
  }
  for (const image of [...document.querySelectorAll("img[src^='/']")]) {
    image.setAttribute("src", await dataUrl(fetch, image.getAttribute("src")!));
  }
  for (const idle of [...document.querySelectorAll(IDLE)]) idle.remove();
  // They still say what the figure shows.
  for (const input of [...document.querySelectorAll("input, select")]) {
    input.setAttribute("disabled", "");
  }
  // Links into the site lead nowhere from a file; those within the page stay.
  for (
    const link of [...document.querySelectorAll("a[href^='/'], a[href^='?']")]
  ) {
    link.replaceWith(...link.childNodes);
  }
  return document.toString();
}

/** A style sheet with its fonts inside; the formats that only old browsers need are left out. */
async function styleSheet(fetch: Fetch, href: string): Promise<string> {
  const css = await (await fetch(href)).text();
  const folder = href.slice(0, href.lastIndexOf("/") + 1);
  const fonts = new Map<string, string>();
  for (const [, name] of css.matchAll(/url\(([^)]+\.woff2)\)/g)) {
    fonts.set(name!, await dataUrl(fetch, folder + name));
  }
  return css
    .replaceAll(/,url\([^)]+\.(?:woff|ttf)\) format\("\w+"\)/g, "")
    .replaceAll(
      /url\(([^)]+\.woff2)\)/g,
      (_, name) => `url(${fonts.get(name)})`,
    );
}

async function dataUrl(fetch: Fetch, path: string): Promise<string> {
  const response = await fetch(path);
  const type = response.headers.get("content-type") ?? "";
  return `data:${type};base64,${(await response.bytes()).toBase64()}`;
}
