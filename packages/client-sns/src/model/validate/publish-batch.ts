import { OperationError } from "@warrenmq/core/internal";
import { optionalEntries, optionalList, optionalText } from "../input.ts";
import type { TopicFacts } from "../topic-facts.ts";
import { missingMember } from "../errors.ts";
import { validatePublish, type ValidPublish } from "./publish.ts";

const MAX_ENTRIES = 10;
const MAX_ID_LENGTH = 80;

/** A message of a batch. */
export interface ValidBatchPublish extends ValidPublish {
  readonly id: string;
}

/** An entry that failed by itself. */
export interface FailedEntry {
  readonly Id: string;
  readonly Code: string;
  readonly Message: string;
  readonly SenderFault: boolean;
}

/** What may be published, and what fails at once. */
export interface ValidBatch {
  readonly valid: readonly ValidBatchPublish[];
  readonly failed: readonly FailedEntry[];
}

/** Checks a PublishBatch: its shape and total size fail the call, a fault of one message that entry. @throws OperationError */
export function validatePublishBatch(
  input: { readonly PublishBatchRequestEntries?: unknown },
  topic: TopicFacts,
): ValidBatch {
  const entries = entriesOf(input.PublishBatchRequestEntries);
  const valid: ValidBatchPublish[] = [];
  const failed: FailedEntry[] = [];
  let total = 0;
  for (const [index, { id, members }] of entries.entries()) {
    const path = `publishBatchRequestEntries.${index + 1}.member.messageAttributes`;
    try {
      const message = validatePublish(members, topic, path);
      valid.push({ id, ...message });
      total += message.sizeBytes;
    } catch (error) {
      // What is wrong with the shape of the request fails it as a whole, and so does a FIFO topic's missing id. Recorded.
      if (!(error instanceof OperationError) || error.name !== "InvalidParameterException" || topic.fifo) throw error;
      failed.push(failedEntry(id, error));
      total += Buffer.byteLength(optionalText(members["Message"]) ?? "");
    }
  }
  if (total > topic.maximumMessageSize) {
    throw new OperationError(
      "BatchRequestTooLongException",
      "The length of all the messages put together is more than the limit.",
    );
  }
  return { valid, failed };
}

/** An entry of `Failed`. */
export function failedEntry(id: string, error: OperationError): FailedEntry {
  const Code = error.name.replace(/Exception$/, "");
  return { Id: id, Code, Message: error.message, SenderFault: error.fault === "client" };
}

interface Entry {
  readonly id: string;
  readonly members: Readonly<Record<string, unknown>>;
}

function entriesOf(value: unknown): readonly Entry[] {
  const list = optionalList(value);
  if (list.length === 0) {
    throw new OperationError("EmptyBatchRequestException", "The batch request doesn't contain any entries.");
  }
  if (list.length > MAX_ENTRIES) {
    throw new OperationError(
      "TooManyEntriesInBatchRequestException",
      "The batch request contains more entries than permissible.",
    );
  }
  const entries = list.map((member, index) => entryOf(member, index));
  if (new Set(entries.map(({ id }) => id)).size < entries.length) {
    throw new OperationError(
      "BatchEntryIdsNotDistinctException",
      "Two or more batch entries in the request have the same Id.",
    );
  }
  return entries;
}

function entryOf(member: unknown, index: number): Entry {
  const members = Object.fromEntries(optionalEntries(member));
  const id = optionalText(members["Id"]);
  if (id === undefined) throw missingMember(`publishBatchRequestEntries.${index + 1}.member.id`);
  if (id.length > MAX_ID_LENGTH) throw invalidId("is too long", id);
  if (!/^[A-Za-z0-9_-]+$/.test(id)) throw invalidId("contains an impermissible character", id);
  return { id, members };
}

function invalidId(what: string, id: string): OperationError {
  return new OperationError(
    "InvalidBatchEntryIdException",
    `The Id of a batch entry in the batch request ${what}: ${id}`,
  );
}
