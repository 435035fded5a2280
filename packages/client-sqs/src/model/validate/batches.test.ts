import { describe, expect, it } from "vitest";
import { thrownBy } from "../thrown-by.test.helper.ts";
import { validateChangeMessageVisibilityBatch } from "./change-message-visibility-batch.ts";
import { validateDeleteMessageBatch } from "./delete-message-batch.ts";
import { validateSendMessageBatch } from "./send-message-batch.ts";

const STANDARD = { fifo: false, maximumMessageSize: 1_048_576, contentBasedDeduplication: false };
const FIFO = { ...STANDARD, fifo: true };
const BATCHES = [
  ["SendMessageBatch", (input: { Entries?: unknown }) => validateSendMessageBatch(input, STANDARD)],
  ["DeleteMessageBatch", validateDeleteMessageBatch],
  ["ChangeMessageVisibilityBatch", validateChangeMessageVisibilityBatch],
] as const;
const entry = (id: unknown): unknown => ({ Id: id, MessageBody: "x", ReceiptHandle: "r", VisibilityTimeout: 5 });
const entries = (count: number): unknown[] => Array.from({ length: count }, (_, index) => entry(`id_${index}`));

describe.each(BATCHES)("%s", (operation, validate) => {
  it("fails as a whole for a wrong number of entries or wrong Ids", () => {
    const empty = `EmptyBatchRequest: There should be at least one ${operation}RequestEntry in the request.`;
    expect(thrownBy(() => validate({}))).toBe(empty);
    expect(thrownBy(() => validate({ Entries: [] }))).toBe(empty);
    expect(thrownBy(() => validate({ Entries: entries(20) }))).toBe(
      "TooManyEntriesInBatchRequest: Maximum number of entries per request are 10. You have sent 20.",
    );
    expect(thrownBy(() => validate({ Entries: [...entries(3), entry("id_2")] }))).toBe(
      "BatchEntryIdsNotDistinct: Id id_2 repeated.",
    );
    expect(thrownBy(() => validate({ Entries: [entry(undefined)] }))).toContain("MissingParameter");
    expect(thrownBy(() => validate({ Entries: "x" }))).toBe("SerializationException: Expected list or null");
    expect(thrownBy(() => validate({ Entries: [entry(5)] }))).toContain("SerializationException");
  });

  it.each(["", "with space", "ümlaut", "x".repeat(81), "a.b"])("fails as a whole for the Id %j", (id) => {
    expect(thrownBy(() => validate({ Entries: [entry(id)] }))).toBe(
      "InvalidBatchEntryId: A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
    );
  });

  it("takes ten proper entries", () => {
    expect(validate({ Entries: entries(10) }).valid.map(({ id }) => id)).toEqual(
      Array.from({ length: 10 }, (_, index) => `id_${index}`),
    );
  });
});

describe("SendMessageBatch", () => {
  it("fails the entry with invalid characters and sends the others", () => {
    const batch = validateSendMessageBatch(
      { Entries: [entry("good"), { Id: "bad", MessageBody: "\u0001" }] },
      STANDARD,
    );
    expect(batch.valid.map(({ id }) => id)).toEqual(["good"]);
    expect(batch.failed).toMatchObject([{ Id: "bad", SenderFault: true, Code: "InvalidMessageContents" }]);
  });

  it("fails the entry that is too large for the queue", () => {
    const queue = { ...STANDARD, maximumMessageSize: 1024 };
    const batch = validateSendMessageBatch(
      { Entries: [{ Id: "a", MessageBody: "x".repeat(1025) }, entry("b")] },
      queue,
    );
    expect(batch.valid.map(({ id }) => id)).toEqual(["b"]);
    expect(batch.failed).toEqual([
      {
        Id: "a",
        SenderFault: true,
        Code: "InvalidParameterValue",
        Message: "One or more parameters cannot be validated. Reason: Message must be shorter than 1024 bytes.",
      },
    ]);
  });

  it("fails as a whole over 1 MiB in sum, entries that fail by themselves included", () => {
    const half = "x".repeat(524_288);
    const exactly = {
      Entries: [
        { Id: "a", MessageBody: half },
        { Id: "b", MessageBody: half },
      ],
    };
    expect(validateSendMessageBatch(exactly, STANDARD).valid).toHaveLength(2);
    const over = {
      Entries: [
        { Id: "a", MessageBody: half },
        { Id: "b", MessageBody: `${half}\u0001` },
      ],
    };
    expect(thrownBy(() => validateSendMessageBatch(over, STANDARD))).toBe(
      "BatchRequestTooLong: Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.",
    );
  });

  it("fails as a whole for an entry without body, or on a FIFO queue without group or deduplication id", () => {
    expect(thrownBy(() => validateSendMessageBatch({ Entries: [entry("a"), { Id: "b" }] }, STANDARD))).toBe(
      "MissingParameter: The request must contain the parameter MessageBody.",
    );
    expect(thrownBy(() => validateSendMessageBatch({ Entries: [entry("a")] }, FIFO))).toBe(
      "InvalidParameterValue: The request must contain the parameter MessageGroupId.",
    );
    const grouped = { Entries: [{ Id: "a", MessageBody: "x", MessageGroupId: "g" }] };
    expect(thrownBy(() => validateSendMessageBatch(grouped, FIFO))).toBe(
      "InvalidParameterValue: The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    );
    expect(validateSendMessageBatch(grouped, { ...FIFO, contentBasedDeduplication: true }).valid).toHaveLength(1);
  });
});

describe("ChangeMessageVisibilityBatch and DeleteMessageBatch", () => {
  it("fail single entries", () => {
    const changes = validateChangeMessageVisibilityBatch({
      Entries: [
        entry("a"),
        { Id: "b", ReceiptHandle: "r", VisibilityTimeout: 43_201 },
        { Id: "c", ReceiptHandle: "r" },
      ],
    });
    expect(changes.valid).toEqual([{ id: "a", receiptHandle: "r", visibilityTimeoutSeconds: 5 }]);
    expect(changes.failed.map(({ Id, Code }) => [Id, Code])).toEqual([
      ["b", "InvalidParameterValue"],
      ["c", "MissingParameter"],
    ]);
    const deletes = validateDeleteMessageBatch({ Entries: [{ Id: "a" }, entry("b")] });
    expect(deletes.valid).toEqual([{ id: "b", receiptHandle: "r" }]);
    expect(deletes.failed).toMatchObject([{ Id: "a", Code: "MissingParameter" }]);
  });
});
