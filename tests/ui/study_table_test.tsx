import assert from "node:assert/strict";
import { renderToString } from "preact-render-to-string";
import { StudyTable } from "../../lib/ui/study_table.tsx";

Deno.test("StudyTable names rows and columns for those who listen, and shows numbers in full", () => {
  const html = renderToString(
    <StudyTable
      table={{
        id: "costs",
        caption: "Costs of $C$",
        columns: ["", "products", "words"],
        rows: [["conv1", 1_115_684_864, "$k^2$"], ["in all", -196_608, ""]],
        total: true,
      }}
    />,
  );
  assert.match(html, /aria-label="Costs of C"/);
  assert.match(html, /<caption>Costs of .*katex/s);
  assert.match(html, /<td ?><\/td><th scope="col"\s+class="number">products</);
  assert.match(html, /<th scope="row">conv1</);
  assert.match(html, /<td\s+class="number">1,115,684,864</);
  assert.match(html, /<td\s+class="number">−196,608</);
  assert.match(html, /<th scope="col"\s*>words</);
});
