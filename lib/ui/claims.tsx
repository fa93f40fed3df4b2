import type { Claim } from "../study/page.ts";
import { formatNumber } from "../plots/format.ts";
import type { Expectation } from "../results/schemas.ts";
import { Verdict } from "./marks.tsx";
import { Prose } from "./prose.tsx";

/** What a run shows, sentence by sentence; one that its expectations do not support is marked and says why. */
export function Claims({ claims, expectations }: {
  claims: readonly Claim[];
  expectations: readonly Expectation[];
}) {
  if (claims.length === 0) return null;
  return (
    <ul class="claims" aria-label="What the run shows">
      {claims.map((claim) => (
        <OneClaim
          key={claim.sentence}
          claim={claim}
          expectations={expectations}
        />
      ))}
    </ul>
  );
}

function OneClaim({ claim: { sentence, by }, expectations }: {
  claim: Claim;
  expectations: readonly Expectation[];
}) {
  const judged = expectations.filter(({ name }) => by.includes(name));
  if (judged.length < by.length) {
    return (
      <li>
        <span class="open">Not judged in this run:</span>{" "}
        <Prose text={sentence} />
      </li>
    );
  }
  const holds = judged.every((expectation) => expectation.holds);
  return (
    <li>
      <Verdict holds={holds} yes="supported" no="not supported" />{" "}
      {!holds && <strong>This run does not support it:</strong>}{" "}
      <Prose text={sentence} />{" "}
      <small>
        {judged.map((one) => measuredIn(one, holds)).join("; ")}
      </small>
    </li>
  );
}

/** What was measured, and what was expected where the claim does not stand. */
function measuredIn(
  { name, measured, expected }: Expectation,
  holds: boolean,
): string {
  const value = typeof measured === "number"
    ? formatNumber(measured, 3)
    : measured ?? "nothing";
  return `${name}: ${value}${holds ? "" : `, expected ${expected}`}`;
}
