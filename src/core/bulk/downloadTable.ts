/** A value for each download, by video, then by type: `table[videoId].default`. */
import { DOWNLOAD_TYPES, type DownloadIdentity, type DownloadType, isHexId } from "../identity";

export type DownloadTable<T> = Record<string, Partial<Record<DownloadType, T>>>;

/** A download whose account is known from the context. */
export type DownloadKey = Pick<DownloadIdentity, "videoId" | "type">;

/** A table without a prototype, so an id such as `__proto__` is only data. */
export function emptyTable<T>(): DownloadTable<T> {
  return Object.create(null) as DownloadTable<T>;
}

export function get<T>(table: DownloadTable<T>, { videoId, type }: DownloadKey): T | undefined {
  return table[videoId]?.[type];
}

export function put<T>(table: DownloadTable<T>, { videoId, type }: DownloadKey, value: T): void {
  table[videoId] = { ...table[videoId], [type]: value };
}

export function remove(table: DownloadTable<unknown>, { videoId, type }: DownloadKey): void {
  const row = table[videoId];
  if (row === undefined) return;
  const { [type]: _removed, ...others } = row;
  if (Object.keys(others).length === 0) Reflect.deleteProperty(table, videoId);
  else table[videoId] = others;
}

/** A copy; changing it does not change the original. */
export function copy<T>(table: DownloadTable<T>): DownloadTable<T> {
  return Object.assign(emptyTable<T>(), table);
}

/** The downloads that have a value, in table order. */
export function keysOf(table: DownloadTable<unknown>): DownloadKey[] {
  return Object.entries(table).flatMap(([videoId, row]) =>
    DOWNLOAD_TYPES.filter((type) => row[type] !== undefined).map((type) => ({ videoId, type })),
  );
}

/** A download's name in messages: `ea95132c15732412d22c1476fa83f27a/audio`. */
export function keyText({ videoId, type }: DownloadKey): string {
  return `${videoId}/${type}`;
}

/** Reads a table of strings from outputs; entries of any other shape are ignored. */
export function tableOf<T extends string>(value: unknown): DownloadTable<T> {
  const table = emptyTable<T>();
  for (const [videoId, row] of Object.entries(asRecord(value))) {
    if (!isHexId(videoId)) continue;
    for (const type of DOWNLOAD_TYPES) {
      const cell: unknown = Object.getOwnPropertyDescriptor(asRecord(row), type)?.value;
      if (typeof cell === "string") put(table, { videoId, type }, cell as T);
    }
  }
  return table;
}

function asRecord(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}
