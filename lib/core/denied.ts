/** What Deno's words about a denied access mean to somebody who started a task. */

/**
 * Says what was denied, and what a task may do, in place of a flag that no task takes.
 *
 * @param denied Message of a `Deno.errors.NotCapable`
 */
export function explainDenied(denied: string): string {
  const access = denied.replace(/^NotCapable: /, "")
    .replace(/, run again with the --allow-[a-z-]+ flag.*$/s, "");
  return `${access}. A task may read the checkout, the data folder, and the folders of the files that its command line names: put what a file imports beside or below it, and name a folder of data with --data. It may write the data folder, and the file of --output`;
}
