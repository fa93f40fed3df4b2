import type { PageProps } from "fresh";
import "../lib/ui/server_document.ts";
import { Page } from "../lib/ui/page.tsx";

/** The document around every page. */
export default function App({ Component, url }: PageProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Nabla</title>
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/katex/katex.min.css" />
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <Page path={url.pathname}>
          <Component />
        </Page>
      </body>
    </html>
  );
}
