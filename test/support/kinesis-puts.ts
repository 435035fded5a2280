import { KinesisServiceException, PutRecordCommand } from "@warrenmq/client-kinesis";
import type { _Record, KinesisClient } from "@warrenmq/client-kinesis";
import { expect } from "vitest";
import { inBackground } from "./in-background.ts";
import { textOf } from "./kinesis.ts";

/** What a producer was told of its records. */
export interface PutLog {
  /** By data, the sequence number. */
  readonly confirmed: Map<string, string>;
  /** Data of records whose put was answered with an error. */
  readonly failed: Set<string>;
}

/** Producers that put one record after the other, each of another text. */
export interface Producers {
  readonly log: PutLog;
  readonly stop: () => Promise<void>;
}

/** Starts `inFlight` producers. */
export function startProducers(client: KinesisClient, StreamName: string, inFlight: number): Producers {
  const log: PutLog = { confirmed: new Map(), failed: new Set() };
  const state = { stopped: false };
  let next = 0;
  const produce = async (): Promise<void> => {
    while (!state.stopped) {
      const text = `record ${next++}`;
      try {
        const put = new PutRecordCommand({ StreamName, PartitionKey: "a", Data: Buffer.from(text) });
        const { SequenceNumber = "" } = await client.send(put);
        log.confirmed.set(text, SequenceNumber);
      } catch (error) {
        if (!(error instanceof KinesisServiceException)) throw error;
        log.failed.add(text);
      }
    }
  };
  const work = inBackground(Promise.all(Array.from({ length: inFlight }, produce)));
  const stop = async (): Promise<void> => {
    state.stopped = true;
    await work;
  };
  return { log, stop };
}

/** Every confirmed record is there under its number; only one whose put has failed may be there twice. */
export function expectComplete({ confirmed, failed }: PutLog, records: readonly _Record[]): void {
  const counts = new Map<string, number>();
  for (const record of records) counts.set(textOf(record), (counts.get(textOf(record)) ?? 0) + 1);
  const numbers = new Map(records.map((record) => [record.SequenceNumber, textOf(record)]));
  const twice = [...counts].filter(([text, count]) => count > 1 && !failed.has(text));
  console.log(`confirmed ${confirmed.size}, failed ${failed.size}, read ${records.length}, twice ${twice.length}`);
  expect([...confirmed].filter(([text, number]) => numbers.get(number) !== text)).toEqual([]);
  expect(twice).toEqual([]);
}
