import { CheckAgain as View } from "../lib/ui/check_again.tsx";

/** Checks the lines of a study again in the browser. */
export function CheckAgain(props: { study: string }) {
  return <View {...props} />;
}
