import type { Album } from "../plots/pictures.ts";

/** Pictures in rows, each with what it shows; pixels stay sharp. */
export function Pictures({ album }: { album: Album }) {
  const { columns, pictures } = album;
  return (
    <ul
      class="pictures"
      style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 6rem))` }}
    >
      {pictures.map(({ png, caption, alt }, i) => (
        <li key={i}>
          <img src={`data:image/png;base64,${png}`} alt={alt} />
          {caption && <span>{caption}</span>}
        </li>
      ))}
    </ul>
  );
}
