/** A picture of an album. */
export interface Picture {
  /** PNG in base64. */
  readonly png: string;
  /** What stands below it; empty for nothing. */
  readonly caption: string;
  /** What it shows, for those who do not see it. */
  readonly alt: string;
}

/** Pictures that a run stores as a result, shown in rows. */
export interface Album {
  /** Pictures in a row. */
  readonly columns: number;
  readonly pictures: readonly Picture[];
}

/** The album that a result is; null if it is something else. */
export function albumOf(value: unknown): Album | null {
  if (!isRecord(value)) return null;
  const { columns, pictures } = value;
  const isAlbum = Number.isInteger(columns) && Number(columns) > 0 &&
    Array.isArray(pictures) && pictures.length > 0 && pictures.every(isPicture);
  return isAlbum ? { columns: Number(columns), pictures } : null;
}

function isPicture(value: unknown): value is Picture {
  return isRecord(value) && /^[A-Za-z0-9+/]+=*$/.test(String(value.png)) &&
    typeof value.caption === "string" && typeof value.alt === "string";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
