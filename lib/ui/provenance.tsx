import type { ComponentChildren } from "preact";
import { formatNumber } from "../plots/format.ts";
import type { AdapterInfo, Provenance, Run } from "../results/schemas.ts";
import { PlanCosts } from "./plan_costs.tsx";
import { Scroll } from "./scroll.tsx";

/** Where a run came from: source, command, versions, data, adapter, kernels. */
export function ProvenanceOf({ run }: { run: Run }) {
  const { provenance } = run;
  const { versions, host } = provenance;
  return (
    <>
      <dl class="facts">
        <Fact name="Source">{revisionOf(provenance)}</Fact>
        {provenance.file && (
          <Fact name="File">
            {provenance.file.name}{" "}
            <code class="hash">sha256 {provenance.file.sha256}</code>
            <Text of={provenance.file.text} title="Its text" />
          </Fact>
        )}
        {provenance.diff && (
          <Fact name="Changes">
            <Text
              of={provenance.diff}
              title="What differed from the revision"
            />
          </Fact>
        )}
        <Fact name="Command">
          <code>{provenance.command.join(" ") || "–"}</code>
        </Fact>
        <Fact name="Versions">
          Nabla {versions.nabla}, Deno {versions.deno}, V8{" "}
          {versions.v8}, TypeScript {versions.typescript}
        </Fact>
        <Fact name="Host">{host.os}, {host.arch}, {host.cpus} CPUs</Fact>
        {provenance.data.map(({ name, sha256 }) => (
          <Fact name="Data" key={name}>
            {name} <code class="hash">sha256 {sha256}</code>
          </Fact>
        ))}
        <Fact name="Adapter">
          <Adapter adapter={provenance.adapter} />
        </Fact>
      </dl>
      <PlanCosts plans={provenance.plans} />
      <Kernels kernels={provenance.kernels} />
    </>
  );
}

/** A long text that is shown when asked for. */
function Text({ of, title }: { of: string; title: string }) {
  return (
    <details>
      <summary>{title}</summary>
      <pre tabIndex={0} role="region" aria-label={title}>{of}</pre>
    </details>
  );
}

function Fact(
  { name, children }: { name: string; children: ComponentChildren },
) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function revisionOf({ revision, dirty }: Provenance) {
  if (!revision) return "not recorded";
  const state = dirty === null
    ? ""
    : dirty
    ? " with uncommitted changes"
    : ", clean tree";
  return (
    <>
      <code class="hash">{revision}</code>
      {state}
    </>
  );
}

function Adapter({ adapter }: { adapter: AdapterInfo | null }) {
  if (!adapter) return <>none: nothing ran on a GPU</>;
  const { maxIterations, subgroupSize } = adapter;
  return (
    <>
      {adapter.description}
      {adapter.backend && ` on ${adapter.backend}`};{" "}
      {subgroupSize ? `subgroups of ${subgroupSize}` : "no subgroups"},{" "}
      {adapter.int64 ? "64-bit integers" : "no 64-bit integers"},{" "}
      {Number.isFinite(maxIterations)
        ? `the driver ends an invocation after ${
          formatNumber(maxIterations)
        } loop iterations`
        : "no limit on loop iterations found"}
    </>
  );
}

function Kernels({ kernels }: { kernels: Provenance["kernels"] }) {
  if (kernels.length === 0) return null;
  return (
    <>
      <h3>Kernels</h3>
      <Scroll label="Kernels">
        <table>
          <thead>
            <tr>
              <th scope="col">Dispatch</th>
              <th scope="col">File</th>
              <th scope="col">Variant</th>
            </tr>
          </thead>
          <tbody>
            {kernels.map(({ label, file, variant }, i) => (
              <tr key={i}>
                <th scope="row">{label}</th>
                <td>
                  <code>{file}</code>
                </td>
                <td>
                  <code>{variant}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}
