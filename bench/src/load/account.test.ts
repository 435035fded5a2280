import { describe, expect, it } from "vitest";
import { addUp } from "./account.ts";
import { Ledger } from "./ledger.ts";
import type { RecordHeader } from "./record-header.ts";

const RUN = 7;

describe("the account of a run", () => {
  it("has nothing to report when each record came once and in order", () => {
    const account = addUp([{ producer: 0, count: 4, failed: [] }], [ledger([0, 1, 2, 3])], 1);
    expect(account).toEqual({ ...NOTHING, sent: 4, confirmed: 4, received: 4 });
  });

  it("names as lost what was confirmed and never came", () => {
    const account = addUp([{ producer: 0, count: 5, failed: [] }], [ledger([0, 1, 4])], 1);
    expect(account).toEqual({ ...NOTHING, sent: 5, confirmed: 5, received: 3, lost: 2 });
  });

  it("does not count as lost what was not confirmed, whether it was stored or not", () => {
    const sent = [
      {
        producer: 0,
        count: 6,
        failed: [
          [1, 3],
          [5, 6],
        ] as const,
      },
    ];
    const account = addUp(sent, [ledger([0, 1, 3, 4])], 1);
    expect(account).toEqual({ ...NOTHING, sent: 6, confirmed: 3, failed: 3, received: 4 });
  });

  it("counts repeats in one process and over two of them", () => {
    const account = addUp([{ producer: 0, count: 3, failed: [] }], [ledger([0, 1, 1]), ledger([1, 2])], 1);
    expect(account).toEqual({ ...NOTHING, sent: 3, confirmed: 3, received: 3, duplicated: 2 });
  });

  it("counts a record that comes after a later one of its key, and no repeat, as disorder", () => {
    expect(addUp([{ producer: 0, count: 4, failed: [] }], [ledger([0, 2, 1, 1, 3])], 1)).toMatchObject({
      outOfOrder: 1,
      duplicated: 1,
      lost: 0,
    });
    const oneKeyEach = [0, 2, 1, 3].map((number) => ({ ...header(number), key: number, keyNumber: 0 }));
    expect(addUp([{ producer: 0, count: 4, failed: [] }], [ledgerOf(oneKeyEach)], 1).outOfOrder).toBe(0);
  });

  it("wants everything in every group", () => {
    const account = addUp([{ producer: 0, count: 2, failed: [] }], [ledger([0, 1], 0), ledger([0], 1)], 2);
    expect(account).toEqual({ ...NOTHING, sent: 4, confirmed: 4, received: 3, lost: 1 });
  });

  it("does not mistake records of other runs for its own", () => {
    const account = addUp(
      [{ producer: 0, count: 1, failed: [] }],
      [ledgerOf([{ ...header(0), run: 8 }, undefined])],
      1,
    );
    expect(account).toEqual({ ...NOTHING, sent: 1, confirmed: 1, lost: 1, foreign: 2 });
  });

  it("keeps producers apart", () => {
    const sent = [0, 1].map((producer) => ({ producer, count: 2, failed: [] }));
    const headers = [header(0), header(1), { ...header(0), producer: 1 }];
    expect(addUp(sent, [ledgerOf(headers)], 1)).toMatchObject({ received: 3, lost: 1, duplicated: 0, outOfOrder: 0 });
  });
});

const NOTHING = { sent: 0, confirmed: 0, failed: 0, received: 0, lost: 0, duplicated: 0, outOfOrder: 0, foreign: 0 };

function header(number: number): RecordHeader {
  return { run: RUN, producer: 0, number, key: 0, keyNumber: number, dueMs: 0 };
}

function ledger(numbers: readonly number[], group = 0): ReturnType<Ledger["state"]> {
  return ledgerOf(numbers.map(header), group);
}

function ledgerOf(headers: readonly (RecordHeader | undefined)[], group = 0): ReturnType<Ledger["state"]> {
  const kept = new Ledger(RUN, group);
  for (const one of headers) kept.take(one);
  return kept.state();
}
