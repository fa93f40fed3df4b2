/** What a path leads to. */
export interface Match<T> {
  target: T;
  params: Record<string, string>;
}

/**
 * Makes the function that finds the target of a URL path among files below the
 * routes folder. Fixed paths come first and take a trailing slash; of patterns,
 * `[id]` comes before `[...rest]`.
 *
 * The function throws a URIError for a parameter that is not valid
 * percent-encoded UTF-8.
 */
export function makeRouter<T>(
  routes: Map<string, T>,
): (pathname: string) => Match<T> | null {
  const fixed = new Map<string, T>();
  const patterns: { pattern: URLPattern; target: T }[] = [];
  const files = [...routes.keys()].sort((a, b) => rank(a) < rank(b) ? -1 : 1);
  for (const file of files) {
    const pathname = pathToPattern(file);
    const target = routes.get(file)!;
    if (!pathname.includes(":")) fixed.set(pathname, target);
    else patterns.push({ pattern: new URLPattern({ pathname }), target });
  }
  return (pathname) => {
    const target = fixed.get(pathname) ?? fixed.get(otherSlash(pathname));
    if (target !== undefined) return { target, params: {} };
    for (const { pattern, target } of patterns) {
      const found = pattern.exec({ pathname });
      if (found === null) continue;
      const params = Object.entries(found.pathname.groups).map((
        [name, value],
      ) => [name, decodeURI(value ?? "")]);
      return { target, params: Object.fromEntries(params) };
    }
    return null;
  };
}

/**
 * The URLPattern pathname of a file below the routes folder: `index` is its
 * folder, `[id]` is `:id` and `[...rest]` takes what remains.
 */
export function pathToPattern(file: string): string {
  const names = file.split("/").slice(1);
  const odd = names.find((name) =>
    !/^(\w[\w.-]*|\[(\.\.\.)?\w+\])$/.test(name) || name.startsWith("_")
  );
  if (odd !== undefined) {
    throw new Error(
      `Cannot route "${file}": lib/fresh knows _app, _error and _404 in the routes folder, plain names, [id] and [...rest], not "${odd}"`,
    );
  }
  if (names.at(-1) === "index") names.pop();
  const pattern = names.map((name) =>
    "/" + name.replace(/^\[(\w+)\]$/, ":$1")
      .replace(/^\[\.\.\.(\w+)\]$/, ":$1*")
  );
  return pattern.join("") || "/";
}

/** A text that sorts a file behind those that must be tried before it. */
function rank(file: string): string {
  return file.replaceAll(/\[\.\.\.\w+\]/g, "\uffff")
    .replaceAll(/\[\w+\]/g, "\ufffe");
}

function otherSlash(pathname: string): string {
  return pathname.endsWith("/") ? pathname.slice(0, -1) : pathname + "/";
}
