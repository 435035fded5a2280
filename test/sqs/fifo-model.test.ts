// Random work of several processes on one FIFO queue, checked against AWS's rules (support/fifo-history.ts).
// WARRENMQ_FIFO_STEPS and WARRENMQ_FIFO_SEED make it longer, or choose the same steps again.
import { randomInt } from "node:crypto";
import { expect, inject, test } from "vitest";
import { FifoScenario } from "../support/fifo-scenario.ts";
import { violations } from "../support/fifo-history.ts";
import { createFifoQueue, deleteFifoQueuesAfterAll } from "../support/fifo.ts";
import { testClient } from "../support/sqs.ts";

const client = testClient();
deleteFifoQueuesAfterAll();

const steps = Number(process.env["WARRENMQ_FIFO_STEPS"] ?? "250");
const seed = Number(process.env["WARRENMQ_FIFO_SEED"] ?? randomInt(2 ** 31));

test(
  `${steps} random steps of three processes that are killed now and then break no rule (seed ${seed})`,
  { timeout: 60_000 + steps * 200 },
  async () => {
    const queueUrl = await createFifoQueue(client);
    await using scenario = new FifoScenario(inject("brokerUrl"), queueUrl, seed);
    await scenario.run(steps);
    await scenario.drain();
    console.log(`fifo model: seed ${seed}, ${scenario.summary()}`);
    expect(violations(scenario.history)).toEqual([]);
  },
);
