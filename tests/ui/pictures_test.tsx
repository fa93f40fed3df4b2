import assert from "node:assert/strict";
import { renderToString } from "preact-render-to-string";
import { type Album, albumOf } from "../../lib/plots/pictures.ts";
import { Pictures } from "../../lib/ui/pictures.tsx";
import { z } from "zod";
import { definePage } from "../../lib/study/page.ts";
import type { Run } from "../../lib/results/schemas.ts";
import { StudyResults } from "../../lib/ui/study_results.tsx";
import { Values } from "../../lib/ui/results.tsx";

const album: Album = {
  columns: 2,
  pictures: [
    { png: "AQI=", caption: "a <cat>", alt: 'cat "one"' },
    { png: "AQID", caption: "", alt: "dog" },
  ],
};

Deno.test("albumOf() takes pictures and nothing else", () => {
  assert.deepEqual(albumOf(JSON.parse(JSON.stringify(album))), album);
  const [picture] = album.pictures;
  const others: unknown[] = [
    ...[null, 1, "AQI=", [], {}, album.pictures],
    { ...album, columns: 0 },
    { ...album, columns: "2" },
    { ...album, pictures: [] },
    { ...album, pictures: [{ ...picture, png: '" onerror="alert(1)' }] },
    { ...album, pictures: [picture, { png: "AQI=", caption: "" }] },
    { ...album, pictures: [picture, null] },
  ];
  for (const other of others) assert.equal(albumOf(other), null);
});

Deno.test("Pictures shows each picture with its caption and what it shows in words", () => {
  const html = renderToString(<Pictures album={album} />);
  assert.equal(html.split("<img").length - 1, 2);
  assert.match(html, /src="data:image\/png;base64,AQI="/);
  assert.match(html, /alt="cat &quot;one&quot;"/);
  assert.match(html, /alt="dog"/);
  assert.equal(html.split("<span>").length - 1, 1);
  assert.match(html, /a &lt;cat/);
});

Deno.test("Values shows an album as pictures", () => {
  const html = renderToString(
    <Values values={{ crops: album }} label="Results" />,
  );
  assert.match(html, /<dt>crops.*<img/s);
  assert.doesNotMatch(html, /&quot;png/);
});

Deno.test("StudyResults shows the albums of a study once, under their captions", () => {
  const study = definePage({ id: "s", config: z.strictObject({}) }, {
    pictures: ["crops", "missing"].map((result) => ({
      ...{ id: result, title: `Title of ${result}`, caption: "", result },
    })),
  });
  const run = {
    ...{ id: "r", preset: "quick", status: "completed", seed: 0 },
    startedAt: "2026-01-01T00:00:00.000Z",
    ...{ expectations: [], provenance: { plans: [] } },
    results: { crops: album, other: 3 },
  } as unknown as Run;
  const html = renderToString(
    <StudyResults
      study={study}
      run={run}
      newer={null}
      figures={[]}
      Chart={() => null}
    />,
  );
  assert.equal(html.split("<img").length - 1, 2);
  assert.match(html, /Title of crops/);
  assert.doesNotMatch(html, /Title of missing|<dt>crops/);
  assert.match(html, /<dt>other/);
});
