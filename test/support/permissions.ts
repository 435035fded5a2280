import { readFileSync } from "node:fs";
import { KinesisClient, type KinesisRabbitMQOptions } from "@warrenmq/client-kinesis";
import { SNSClient } from "@warrenmq/client-sns";
import { SQSClient } from "@warrenmq/client-sqs";
import { startBroker, uniqueName } from "@warrenmq/testing";
import type { Broker } from "@warrenmq/testing";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

const KINDS = ["configure", "write", "read"] as const;
type Kind = (typeof KINDS)[number];

/** Regular expressions that are joined to what a user may do. */
type Permissions = Readonly<Record<Kind, readonly string[]>>;

/** A row of docs/permissions.md. */
export interface Row extends Permissions {
  /** The heading that the row stands under. */
  readonly section: string;
  readonly operations: string;
}

/** Clients of one user. */
export interface Clients {
  readonly rabbitmq: KinesisRabbitMQOptions;
  readonly sqs: SQSClient;
  readonly sns: SNSClient;
  readonly kinesis: KinesisClient;
}

/** What the operations of a row act on, by the placeholders of the page. It belongs to one user. */
export interface Place extends Clients {
  /** `QUEUE` */
  readonly queue: string;
  /** `DEAD` */
  readonly dead: string;
  /** `TOPIC` */
  readonly topic: string;
  /** `STREAM` */
  readonly stream: string;
  /** `GROUP` */
  readonly group: string;
  /** Clients of a user who may do everything. */
  readonly owner: Clients;
  /** How long to wait for what goes on behind a call. Long, unless it is not to happen. */
  readonly patienceMs: number;
}

/** A place before anything is run in it. */
export type Prepared = Omit<Place, "patienceMs">;

/** How the operations of a row are run, by the row's first. What they act on is there, except what they create. */
export interface Run {
  readonly prepare?: (place: Prepared) => Promise<unknown>;
  readonly run: (place: Place) => Promise<void>;
  /** What goes on behind calls that have been answered: `run` rejects because it does not happen. */
  readonly isBehindTheScenes?: true;
}

const ALWAYS = "Every operation";
const PAGE = readFileSync(new URL("../../docs/permissions.md", import.meta.url), "utf8");
const NOTHING: Permissions = { configure: [], write: [], read: [] };

/** What is tested of the page. */
export interface PermissionTests {
  /** A heading of the page. */
  readonly section: string;
  /** The service's name for a missing permission. */
  readonly denied: string;
  /** Which way Kinesis records go. */
  readonly transport?: "amqp" | "stream";
}

/** Tests the rows of a section: each suffices for its operations, and nothing in it can be left out. */
export function testPermissions(
  { section, denied, transport = "amqp" }: PermissionTests,
  runs: Readonly<Record<string, Run>>,
): void {
  const allRows = readRows(PAGE, transport);
  const placeOf = places(allRows, transport);
  const rows = allRows.filter((row) => row.section === section || row.section === ALWAYS);

  test("each row of the page is tested", () => {
    expect(Object.keys(runs)).toEqual(rows.map(firstOperation));
  });

  describe.each(rows)("$operations", (row) => {
    const { prepare, run: callAll, isBehindTheScenes } = runs[firstOperation(row)] ?? noRun(row);
    const expressions = KINDS.flatMap((kind) => row[kind].map((expression) => ({ kind, expression })));

    test("may be called with what the page says", async () => {
      await using place = await placeOf(row);
      await prepare?.(place);
      await callAll({ ...place, patienceMs: 10_000 });
    });

    test.each(expressions)("are refused without $kind on $expression", async ({ kind, expression }) => {
      await using place = await placeOf({ ...row, [kind]: row[kind].filter((other) => other !== expression) });
      await prepare?.(place);
      const startedAt = performance.now();
      const refused: unknown = await callAll({ ...place, patienceMs: 1_500 }).catch((error: unknown) => error);
      if (isBehindTheScenes === true) return expect(refused).toBeInstanceOf(Error);
      expect(refused).toMatchObject({ name: denied, $fault: "client", $metadata: { httpStatusCode: 403 } });
      const { message }: Error = Object(refused);
      expect(resourceIn(message)).toMatch(new RegExp(`^(?:${inPlace(expression, place)})$`));
      expect(performance.now() - startedAt).toBeLessThan(5_000);
    });
  });
}

/** A broker for the test file, and users of it who may do what a row says. */
function places(rows: readonly Row[], transport: "amqp" | "stream"): (row: Row) => Promise<Prepared & AsyncDisposable> {
  let broker: Broker;
  let owner: Clients;
  beforeAll(async () => {
    broker = await startBroker({ plugins: ["rabbitmq_management", "rabbitmq_stream"] });
    owner = clientsOf(broker, "guest", "guest", transport);
  });
  afterAll(async () => {
    destroy(owner);
    await broker.stop();
  });
  return async (row) => {
    const fifo = row.operations.includes("FIFO") ? ".fifo" : "";
    const names = {
      queue: uniqueName("permitted") + fifo,
      dead: uniqueName("dead") + fifo,
      topic: uniqueName("permitted") + fifo,
      stream: uniqueName("permitted"),
      group: uniqueName("group"),
    };
    const user = uniqueName("user");
    const always = rows.find(({ section }) => section === ALWAYS);
    const base = row.section === ALWAYS || always === undefined ? NOTHING : always;
    const permissions = Object.fromEntries(
      KINDS.map((kind) => {
        const expressions = [...base[kind], ...row[kind]].map((expression) => inPlace(expression, names));
        return [kind, expressions.length === 0 ? "^$" : `^(${expressions.join("|")})$`];
      }),
    );
    await put(broker, `/api/users/${user}`, { password: "secret", tags: "" });
    await put(broker, `/api/permissions/%2F/${user}`, permissions);
    const clients = clientsOf(broker, user, "secret", transport);
    return { ...clients, ...names, owner, [Symbol.asyncDispose]: async () => destroy(clients) };
  };
}

type Names = Pick<Place, "queue" | "dead" | "topic" | "stream" | "group">;

function inPlace(expression: string, { queue, dead, topic, stream, group }: Names): string {
  const names = { QUEUE: queue, DEAD: dead, TOPIC: topic, STREAM: stream, GROUP: group };
  return Object.entries(names).reduce(
    (text, [placeholder, name]) => text.replaceAll(placeholder, name.replaceAll(".", String.raw`\.`)),
    expression,
  );
}

/** The queue or exchange that an error names; the last is what RabbitMQ itself has said. */
function resourceIn(message: string): string {
  const all = [...message.matchAll(/(?:exchange|queue|stream) ["']([^"']+)["']/g)];
  return all.at(-1)?.[1] ?? message;
}

function clientsOf(broker: Broker, user: string, password: string, transport: "amqp" | "stream"): Clients {
  const url = credentials(broker.url, user, password);
  const streams = { transport, url: credentials(broker.streamUrl ?? "", user, password) };
  const rabbitmq = { url, streams };
  return {
    rabbitmq,
    sqs: new SQSClient({ rabbitmq: { url } }),
    sns: new SNSClient({ rabbitmq: { url } }),
    kinesis: new KinesisClient({ rabbitmq }),
  };
}

function credentials(address: string, user: string, password: string): string {
  return address.replace("guest:guest@", `${user}:${password}@`);
}

function destroy({ sqs, sns, kinesis }: Clients): void {
  sqs.destroy();
  sns.destroy();
  kinesis.destroy();
}

async function put(broker: Broker, path: string, body: object): Promise<void> {
  const authorization = `Basic ${Buffer.from("guest:guest").toString("base64")}`;
  const headers = { authorization, "content-type": "application/json" };
  const answer = await fetch(`${broker.managementUrl}${path}`, { method: "PUT", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`PUT ${path}: ${answer.status} ${await answer.text()}`);
}

function firstOperation({ operations }: Row): string {
  return operations.split(", ")[0] ?? "";
}

function noRun({ operations }: Row): never {
  throw new Error(`docs/permissions.md has a row that is not tested: ${operations}`);
}

/** The rows of the page's tables. */
function readRows(page: string, transport: "amqp" | "stream"): Row[] {
  let section = "";
  const rows: Row[] = [];
  for (const line of page.split("\n")) {
    if (line.startsWith("## ")) section = line.slice(3);
    if (!line.startsWith("|") || /^\| *(?:operations|-)/.test(line)) continue;
    const [, operations = "", ...cells] = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    const [configure = [], write = [], read = []] = cells.map((cell) => expressionsOf(cell, transport));
    rows.push({ section, operations, configure, write, read });
  }
  return rows;
}

function expressionsOf(cell: string, transport: "amqp" | "stream"): string[] {
  const conditions = {
    "from 4.3": inject("brokerVersion") >= "4.3",
    "over the stream protocol": transport === "stream",
  };
  const holds = new Map<string | undefined, boolean>([[undefined, true], ...Object.entries(conditions)]);
  return [...cell.matchAll(/`([^`]+)`(?: (from 4\.3|over the stream protocol))?/g)]
    .filter(([, , condition]) => holds.get(condition))
    .map(([, expression = ""]) => expression);
}
