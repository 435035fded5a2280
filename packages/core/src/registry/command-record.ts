import type { CommandFacts } from "./fold.ts";

/** One record of the registry stream. */
export interface CommandRecord extends CommandFacts {
  /** The service whose command it is; `registry` for records that only mark a position. */
  readonly service: string;
  readonly data: unknown;
}

/** Encodes a record as it lies on the stream: one JSON object. */
export function encodeRecord(record: CommandRecord): Buffer {
  return Buffer.from(JSON.stringify({ v: 1, ...record }));
}

/** Decodes a record; `undefined` for anything that is not one (somebody may have published to the stream by hand). */
export function decodeRecord(content: Buffer): CommandRecord | undefined {
  try {
    const value: unknown = JSON.parse(content.toString());
    if (typeof value !== "object" || value === null) return undefined;
    const { v, id, at, service, data } = value as Partial<Record<keyof CommandRecord | "v", unknown>>;
    if (v !== 1 || typeof id !== "string" || typeof at !== "number" || typeof service !== "string") return undefined;
    return { id, at, service, data };
  } catch {
    return undefined;
  }
}
