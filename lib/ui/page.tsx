import type { ComponentChildren } from "preact";

/** The frame of every page: skip link, navigation, content. */
export function Page(
  { path, children }: { path: string; children: ComponentChildren },
) {
  return (
    <>
      <a class="skip" href="#content">Skip to content</a>
      <header class="site">
        <nav aria-label="Site">
          <a
            class="mark"
            href="/"
            aria-current={path === "/" ? "page" : "false"}
          >
            <span aria-hidden="true">∇</span> Nabla
          </a>
          <NavLink href="/" path={path} below="/studies">Studies</NavLink>
          <NavLink href="/runs" path={path} below="/runs">Runs</NavLink>
        </nav>
      </header>
      <main id="content" tabIndex={-1}>{children}</main>
      <footer class="site">
        <p>
          Every number on these pages comes from a run whose record they show.
        </p>
      </footer>
    </>
  );
}

function NavLink({ href, path, below, children }: {
  href: string;
  path: string;
  below: string;
  children: string;
}) {
  const here = path === href
    ? "page"
    : path.startsWith(below)
    ? "true"
    : "false";
  return <a href={href} aria-current={here}>{children}</a>;
}
