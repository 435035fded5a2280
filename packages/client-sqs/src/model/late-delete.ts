/** Messages of one queue that were deleted after they had gone back to it, as the log of such deletes holds them. */
export interface LateDelete {
  readonly queue: string;
  /** MessageIds. */
  readonly ids: readonly string[];
}

const MOST_IDS = 1_000;

/** Reads an entry of the log; `undefined` for anything that is not one. */
export function parseLateDelete(data: unknown): LateDelete | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const { queue, ids }: Partial<Record<string, unknown>> = { ...data };
  if (typeof queue !== "string" || !Array.isArray(ids) || ids.length > MOST_IDS) return undefined;
  const texts = ids.filter((id) => typeof id === "string");
  return texts.length === ids.length ? { queue, ids: texts } : undefined;
}
