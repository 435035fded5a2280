import { RabbitError } from "@warrenmq/core/internal";
import { describe, expect, it, vi } from "vitest";
import { prepareMessage } from "../message/prepare-message.ts";
import { PublishBatch } from "./publish-batch.ts";
import { PublishRefusedError } from "./publish-refused-error.ts";
import { UnconfirmedBatches } from "./unconfirmed-batches.ts";

const MESSAGE = prepareMessage({ body: Buffer.from("body") });

function batchOf(firstId: number, count: number, deadline = 1_000) {
  const resolve = vi.fn();
  const reject = vi.fn();
  const messages = Array.from({ length: count }, () => MESSAGE);
  return { batch: new PublishBatch(firstId, messages, deadline, { resolve, reject }), resolve, reject };
}

function pendingIds(batch: PublishBatch): number[] {
  const ids: number[] = [];
  batch.forEachPending((id) => ids.push(id));
  return ids;
}

describe("PublishBatch", () => {
  it("is over when each message is confirmed, in any order, however often", () => {
    const { batch, resolve } = batchOf(10, 3);
    expect([batch.confirm(11), batch.confirm(11), batch.confirm(10)]).toEqual([false, false, false]);
    expect(resolve).not.toHaveBeenCalled();
    expect(batch.confirm(12)).toBe(true);
    expect(resolve).toHaveBeenCalledExactlyOnceWith(10);
  });

  it("names the messages that were refused; the others are stored", () => {
    const { batch, resolve, reject } = batchOf(10, 3);
    batch.confirm(10);
    batch.refuse(11, 0x10);
    batch.confirm(12);
    expect(resolve).not.toHaveBeenCalled();
    const error: unknown = reject.mock.calls[0]?.[0];
    expect(error).toBeInstanceOf(PublishRefusedError);
    expect(error).toMatchObject({
      code: "publish-nacked",
      message: "RabbitMQ refused 1 of 3 messages: access refused.",
      refused: [{ index: 1, publishingId: 11, responseCode: 0x10 }],
    });
  });

  it("sends again only what is pending", () => {
    const { batch } = batchOf(10, 3);
    batch.confirm(11);
    expect(pendingIds(batch)).toEqual([10, 12]);
  });

  it("fails once, and hears no confirm after that", () => {
    const { batch, resolve, reject } = batchOf(10, 1);
    const reason = new RabbitError("confirm-timeout", "late");
    batch.fail(reason);
    batch.fail(reason);
    expect(reject).toHaveBeenCalledExactlyOnceWith(reason);
    batch.confirm(10);
    expect(resolve).not.toHaveBeenCalled();
  });
});

describe("UnconfirmedBatches", () => {
  it("finds the batch of a publishing id, near or far from the last one", () => {
    const batches = new UnconfirmedBatches();
    const all = [1, 4, 7, 100].map((firstId) => batchOf(firstId, 3).batch);
    for (const batch of all) batches.add(batch);
    for (const id of [1, 3, 4, 9, 101, 2]) {
      expect(batches.find(id)).toBe(all.find((batch) => id >= batch.firstPublishingId && id <= batch.lastPublishingId));
    }
    expect([batches.find(0), batches.find(10), batches.find(103)]).toEqual([undefined, undefined, undefined]);
  });

  it("hands out each batch to send once, and all again after a loss", () => {
    const batches = new UnconfirmedBatches();
    const [one, two] = [batchOf(1, 1).batch, batchOf(2, 1).batch];
    batches.add(one);
    batches.add(two);
    expect([batches.takeUnsent(), batches.takeUnsent()]).toEqual([one, two]);
    expect(batches.hasUnsent).toBe(false);
    batches.remove(one);
    batches.markUnsent();
    expect(batches.takeUnsent()).toBe(two);
  });

  it("keeps its place when a batch that was sent is over before others are sent", () => {
    const batches = new UnconfirmedBatches();
    const [one, two] = [batchOf(1, 1).batch, batchOf(2, 1).batch];
    batches.add(one);
    batches.add(two);
    batches.takeUnsent();
    batches.remove(one);
    expect(batches.takeUnsent()).toBe(two);
  });

  it("counts messages and bytes, and tells whose deadline has passed", () => {
    const batches = new UnconfirmedBatches();
    const { batch } = batchOf(1, 2, 500);
    batches.add(batch);
    expect([batches.messages, batches.bytes]).toEqual([2, 2 * 9]);
    expect([batches.expired(499), batches.expired(500)]).toEqual([[], [batch]]);
    batches.remove(batch);
    batches.remove(batch);
    expect([batches.messages, batches.bytes, batches.isEmpty]).toEqual([0, 0, true]);
  });
});
