/**
 * What SQS clients of different processes ask each other, as it travels. Pure: the broker side sends and answers. Other
 * processes may run other versions, and anybody may send requests, so everything is read with care.
 */
import { formatReceiptHandle, parseReceiptHandle, type ReceiptHandle } from "./receipt-handle.ts";

/** The topics of requests. */
export const TOPICS = { delete: "sqs.delete", changeVisibility: "sqs.change-visibility", count: "sqs.count" } as const;

/** What came of a visibility change. */
export type VisibilityChange = "changed" | "not-in-flight" | "beyond-limit";

/** Asks the process that received a message to delete it. Answered with whether it held it, and has deleted it. */
export interface DeleteRequest {
  readonly queue: string;
  readonly handle: ReceiptHandle;
}

/** Asks the process that received a message to change its visibility timeout. Answered with a {@link VisibilityChange}. */
export interface VisibilityRequest extends DeleteRequest {
  readonly visibilityMs: number;
}

/** How many messages of a queue a process holds. */
export interface HeldMessages {
  /** Received by the application, neither deleted nor visible again. */
  readonly inFlight: number;
  /** On their way to a receive: nobody has seen them, so they count as visible. */
  readonly unseen: number;
  /** Sent from here, and not yet available. */
  readonly delayed: number;
}

/** Requests with more entries than this are not read. */
export const MOST_ENTRIES = 100;
const LONGEST_VISIBILITY_MS = 43_200_000;

/** The body of a `sqs.delete` request: `[[queue, handle]]`. */
export function formatDeleteRequests(requests: readonly DeleteRequest[]): unknown {
  return requests.map(({ queue, handle }) => [queue, formatReceiptHandle(handle)]);
}

/** Reads the body of a `sqs.delete` request. */
export function parseDeleteRequests(body: unknown): readonly DeleteRequest[] | undefined {
  return allOf(entriesOf(body)?.map(deleteRequestOf));
}

/** The body of a `sqs.change-visibility` request: `[[queue, handle, milliseconds]]`. */
export function formatVisibilityRequests(requests: readonly VisibilityRequest[]): unknown {
  return requests.map(({ queue, handle, visibilityMs }) => [queue, formatReceiptHandle(handle), visibilityMs]);
}

/** Reads the body of a `sqs.change-visibility` request. */
export function parseVisibilityRequests(body: unknown): readonly VisibilityRequest[] | undefined {
  return allOf(entriesOf(body)?.map(visibilityRequestOf));
}

/** Reads the body of a `sqs.count` request: `{queue}`. */
export function parseCountRequest(body: unknown): string | undefined {
  const { queue } = membersOf(body);
  return typeof queue === "string" ? queue : undefined;
}

/** Reads the answer to a `sqs.delete` request with that many entries. */
export function parseDeleteReply(body: unknown, count: number): readonly boolean[] | undefined {
  const entries = entriesOf(body)?.filter((entry) => typeof entry === "boolean");
  return entries?.length === count ? entries : undefined;
}

/** Reads the answer to a `sqs.change-visibility` request with that many entries. */
export function parseVisibilityReply(body: unknown, count: number): readonly VisibilityChange[] | undefined {
  const entries = entriesOf(body)?.filter(isVisibilityChange);
  return entries?.length === count ? entries : undefined;
}

/** Reads the answer to a `sqs.count` request; a count that is missing or none is 0. */
export function parseHeldMessages(body: unknown): HeldMessages {
  const { inFlight, unseen, delayed } = membersOf(body);
  return { inFlight: countOf(inFlight), unseen: countOf(unseen), delayed: countOf(delayed) };
}

function membersOf(body: unknown): Partial<Record<string, unknown>> {
  return typeof body === "object" && body !== null ? { ...body } : {};
}

function entriesOf(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) && value.length <= MOST_ENTRIES ? value : undefined;
}

function deleteRequestOf(entry: unknown): DeleteRequest | undefined {
  const [queue, text] = entriesOf(entry) ?? [];
  const handle = typeof text === "string" ? parseReceiptHandle(text) : undefined;
  return typeof queue === "string" && handle !== undefined ? { queue, handle } : undefined;
}

function visibilityRequestOf(entry: unknown): VisibilityRequest | undefined {
  const request = deleteRequestOf(entry);
  const visibilityMs = entriesOf(entry)?.[2];
  if (request === undefined || typeof visibilityMs !== "number") return undefined;
  return visibilityMs >= 0 && visibilityMs <= LONGEST_VISIBILITY_MS ? { ...request, visibilityMs } : undefined;
}

function allOf<T>(entries: readonly (T | undefined)[] | undefined): readonly T[] | undefined {
  const present = entries?.filter((entry) => entry !== undefined);
  return present?.length === entries?.length ? present : undefined;
}

function isVisibilityChange(value: unknown): value is VisibilityChange {
  return value === "changed" || value === "not-in-flight" || value === "beyond-limit";
}

function countOf(value: unknown): number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : 0;
}
