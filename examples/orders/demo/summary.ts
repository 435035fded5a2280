import Table from "cli-table3";
import { VISIBILITY_TIMEOUT_SECONDS } from "../rabbitmq/queue.ts";
import type { Books } from "./books.ts";
import type { Figures } from "./figures.ts";

/** Everything the demo found out. */
export interface Outcome {
  readonly books: Books;
  /** Orders that the queue still held at the end. */
  readonly left: number;
  /** Orders in the hands of the consumer that crashed. */
  readonly heldAtCrash: number;
  /** Copies that the topic brought to the queue for invoices, and to the one for large orders. */
  readonly invoices: number;
  readonly large: number;
  readonly wantedLarge: number;
}

/** On a busy machine a consumer reads its clock some time after the order was delivered to it. */
const TOLERANCE_MS = 500;

/** The final table. */
export function summaryTable({ books, left }: Outcome): string {
  const { retail, wholesale } = books;
  const table = new Table({
    head: ["", "retail: one by one", "wholesale: batches of 10", "all"],
    colAligns: ["left", "right", "right", "right"],
    style: { head: [], border: [], compact: true },
  });
  const counts = (name: string, count: (figures: Figures) => number): string[] => [
    name,
    count(retail).toLocaleString("en"),
    count(wholesale).toLocaleString("en"),
    (count(retail) + count(wholesale)).toLocaleString("en"),
  ];
  const each = (name: string, show: (figures: Figures) => string): string[] => [
    name,
    show(retail),
    show(wholesale),
    "",
  ];
  table.push(
    counts("sent", ({ sent }) => sent),
    counts("received", ({ received }) => received),
    counts("redelivered", ({ redelivered }) => redelivered),
    counts("deleted", ({ deleted }) => deleted),
    ["left", "", "", String(left)],
    each("sent a second", ({ sendRate }) => sendRate.toFixed(0)),
    each("received a second", ({ receiveRate }) => receiveRate.toFixed(0)),
    each("p50 send → receive", (figures) => `${figures.latencyMs(50).toFixed(1)} ms`),
    each("p99 send → receive", (figures) => `${figures.latencyMs(99).toFixed(1)} ms`),
  );
  return table.toString();
}

/** What the failures and the crash came to. */
export function summaryLines({ books: { comebacksMs }, heldAtCrash, invoices, large }: Outcome): string[] {
  const first = seconds(Math.min(...comebacksMs));
  const last = seconds(Math.max(...comebacksMs));
  return [
    `${comebacksMs.length} declined orders came back ${first} to ${last} s after they had been received (visibility timeout: ${VISIBILITY_TIMEOUT_SECONDS} s).`,
    `The consumer that crashed held ${heldAtCrash} orders: others have handled them.`,
    `The topic also brought ${invoices.toLocaleString("en")} orders to the queue for invoices, and the ${large} large ones to the filtered queue.`,
  ];
}

/** What is wrong with an outcome; empty when all is well. */
export function findFaults({ books, left, heldAtCrash, invoices, large, wantedLarge }: Outcome): string[] {
  const faults: string[] = [];
  if (books.unhandled > 0) faults.push(`WRONG: ${books.unhandled} orders were never handled.`);
  if (books.deleted !== books.sent) faults.push(`WRONG: ${books.sent - books.deleted} orders were never deleted.`);
  if (left !== 0) faults.push(`WRONG: the queue still holds ${left} orders.`);
  if (invoices !== books.sent) faults.push(`WRONG: the queue for invoices holds ${invoices} orders of ${books.sent}.`);
  if (large !== wantedLarge) faults.push(`WRONG: the filtered queue holds ${large} orders of ${wantedLarge}.`);
  if (heldAtCrash === 0) faults.push("WRONG: no consumer crashed in mid-work.");
  if (books.comebacksMs.length === 0) faults.push("WRONG: no declined order came back.");
  const early = books.comebacksMs.filter((ms) => ms < VISIBILITY_TIMEOUT_SECONDS * 1_000 - TOLERANCE_MS);
  if (early.length > 0)
    faults.push(`WRONG: ${early.length} declined orders came back before their visibility timeout.`);
  return faults;
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(2);
}
