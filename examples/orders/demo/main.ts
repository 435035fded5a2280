// The order service, end to end on a real broker: several producers and consumers, declined payments, and a crash.
import { setTimeout as sleep } from "node:timers/promises";
import { SNSClient } from "@warrenmq/client-sns";
import { SQSClient } from "@warrenmq/client-sqs";
import { startBroker, uniqueName } from "@warrenmq/testing";
import { countOrders, deleteOrderQueue } from "../rabbitmq/queue.ts";
import { createOrderTopic, deleteOrderTopic } from "../rabbitmq/topic.ts";
import { Books } from "./books.ts";
import { migrationDiff } from "./migration.ts";
import { readOptions } from "./options.ts";
import type { DemoOptions } from "./options.ts";
import { Progress } from "./progress.ts";
import { findFaults, summaryLines, summaryTable } from "./summary.ts";
import type { Outcome } from "./summary.ts";
import { Team } from "./team.ts";

const SHOPS = ["north", "south", "east", "west"];
const DEADLINE_MS = 60_000;

const options = readOptions();
console.log("What the codemod makes of the service for AWS:\n");
console.log(await migrationDiff());
await using broker = await startBroker();
// The one setting that the service needs. Its processes inherit it.
process.env["RABBITMQ_URL"] = broker.url;
// The AWS SDK would tell each of these processes that it wants a newer Node in 2027.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
console.log(`RabbitMQ ${broker.version}: ${options.producers} producer and ${options.consumers} consumer processes.`);

const outcome = await runService(options);
const faults = findFaults(outcome);
console.log(summaryTable(outcome));
for (const line of faults.length === 0 ? summaryLines(outcome) : faults) console.log(line);
if (faults.length > 0) process.exitCode = 1;

async function runService(wanted: DemoOptions): Promise<Outcome> {
  const sns = new SNSClient({});
  const sqs = new SQSClient({});
  const name = uniqueName("orders");
  const { topicArn, queueUrls } = await createOrderTopic(sns, sqs, name);
  const books = new Books();
  const total = wanted.producers * (wanted.retail + wanted.wholesale);
  const progress = new Progress(total, books);
  const team = new Team(name, books, (line) => progress.log(line));
  try {
    startTeam(team, wanted);
    const deadline = performance.now() + DEADLINE_MS;
    while (books.deleted < total && performance.now() < deadline) {
      await sleep(20);
      progress.update();
      team.check();
    }
    await team.stop("SIGTERM");
    team.check();
    return {
      books,
      left: await countUntil(sqs, queueUrls.handling, 0),
      heldAtCrash: team.heldAtCrash,
      invoices: await countUntil(sqs, queueUrls.invoices, total),
      large: await countUntil(sqs, queueUrls.large, wanted.large),
      wantedLarge: wanted.large,
    };
  } finally {
    progress.stop();
    await team.stop("SIGKILL");
    await deleteOrderTopic(sns, topicArn);
    for (const queueUrl of Object.values(queueUrls)) await deleteOrderQueue(sqs, queueUrl);
    sns.destroy();
    sqs.destroy();
  }
}

/** What a queue holds. A count may lag behind by a moment, as SQS's own do, so what is expected is waited for. */
async function countUntil(client: SQSClient, queueUrl: string, expected: number): Promise<number> {
  for (let attempt = 0; attempt < 20; attempt++) {
    if ((await countOrders(client, queueUrl)) === expected) return expected;
    await sleep(100);
  }
  return countOrders(client, queueUrl);
}

function startTeam(team: Team, { consumers, producers, retail, wholesale, large }: DemoOptions): void {
  for (let index = 0; index < consumers; index++) team.addConsumer();
  for (let index = 0; index < producers; index++) {
    const shop = SHOPS[index] ?? `shop${index}`;
    team.addProducer(shop, retail, wholesale, index === 0 ? large : 0);
  }
}
