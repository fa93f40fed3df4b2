/** What a test needs beyond computing. */
export interface Needs {
  read?: boolean;
  write?: boolean;
  run?: boolean;
  net?: boolean;
  env?: boolean;
}

/**
 * One request that stands for each need: a permission set grants these, and
 * lists what else the tests touch.
 */
const TYPICAL: Record<keyof Needs, () => Deno.PermissionDescriptor> = {
  read: () => ({ name: "read", path: "." }),
  write: () => ({ name: "write", path: "/tmp" }),
  run: () => ({ name: "run", command: Deno.execPath() }),
  net: () => ({ name: "net", host: "127.0.0.1" }),
  env: () => ({ name: "env" }),
};

/** The needed permissions that were not granted. */
export function missing(needs: Needs): string[] {
  return (Object.keys(needs) as (keyof Needs)[]).filter((name) =>
    needs[name] &&
    Deno.permissions.querySync(TYPICAL[name]()).state !== "granted"
  );
}

/**
 * Registers a test that runs where `needs` are granted and is skipped, with a
 * line that says so, where they are not.
 */
export function testWith(
  needs: Needs,
  name: string,
  test: (t: Deno.TestContext) => void | Promise<void>,
): void {
  const absent = missing(needs);
  Deno.test({
    name: absent.length === 0
      ? name
      : `${name} (needs --allow-${absent.join(" --allow-")}: deno task test)`,
    ignore: absent.length > 0,
    fn: test,
  });
}
