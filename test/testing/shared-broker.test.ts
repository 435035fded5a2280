import { connect } from "amqplib";
import { uniqueName } from "@warrenmq/testing";
import { expect, inject, test } from "vitest";

test("every test file finds the run's broker by injection", async () => {
  const connection = await connect(inject("brokerUrl"));
  const channel = await connection.createChannel();
  const queue = uniqueName("shared");
  const declared = await channel.assertQueue(queue, { exclusive: true });
  expect(declared.queue).toBe(queue);
  expect(inject("brokerVersion")).toMatch(/^\d+\.\d+\.\d+/);
  await connection.close();
});
