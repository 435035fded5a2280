import { deadlineIn, controlLinkOf, leaseBroker, RabbitError } from "@warrenmq/core/internal";
import type { ControlLink } from "@warrenmq/core/internal";
import { connect } from "amqplib";
import { startBroker, startProxy, until, type Broker as RabbitMQ } from "@warrenmq/testing";
import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from "vitest";

// A broker of its own: the processes of other test files would answer too.
let rabbit: RabbitMQ;
const ends: (() => void)[] = [];

beforeAll(async () => {
  rabbit = await startBroker();
});
afterAll(() => rabbit.stop());

/** As if in a process of its own: other options make another broker link. */
function joined(connectionName: string, url: string = rabbit.url): { link: ControlLink; leave: () => void } {
  const lease = leaseBroker({ url, connectionName });
  const leave = (): void => lease.release();
  ends.push(leave);
  return { link: controlLinkOf(lease.broker), leave };
}

let asker: ControlLink;
beforeEach(() => {
  asker = joined("asker").link;
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

const soon = (): number => deadlineIn(5_000);

test("a process answers what another asks", async () => {
  const { link } = joined("answerer");
  link.serve("test.double", (body) => Number(body) * 2);
  await link.listen(soon());
  expect(await asker.ask(link.processId, "test.double", 21, soon())).toBe(42);
});

test("a topic that the process does not know is answered with null", async () => {
  const { link } = joined("answerer");
  await link.listen(soon());
  expect(await asker.ask(link.processId, "test.unknown", 1, soon())).toBeNull();
});

test("a request to a process that is gone comes back at once", async () => {
  const { link, leave } = joined("answerer");
  await link.listen(soon());
  await asker.listen(soon());
  leave();
  // The broker needs a moment to notice that the connection was closed.
  await until(
    async () => (await codeOf(asker.ask(link.processId, "test.double", 1, deadlineIn(200)))) === "unroutable",
    { what: "the broker to notice" },
  );
  const before = performance.now();
  expect(await codeOf(asker.ask(link.processId, "test.double", 1, soon()))).toBe("unroutable");
  expect(performance.now() - before).toBeLessThan(500);
});

test("every other process is asked, and the answer is there when the last has answered", async () => {
  const others = [joined("one"), joined("two"), joined("three")];
  for (const [index, { link }] of others.entries()) {
    link.serve("test.number", () => index);
    await link.listen(soon());
  }
  await asker.listen(soon());
  asker.serve("test.number", () => "the asking process itself");
  await until(async () => (await asker.askAll("test.number", null, soon())).length === 3, { what: "three answers" });
  const before = performance.now();
  expect(new Set(await asker.askAll("test.number", null, soon()))).toEqual(new Set([0, 1, 2]));
  expect(performance.now() - before).toBeLessThan(500);
});

test("a process alone waits for nobody", async () => {
  await asker.listen(soon());
  await until(
    async () => {
      const before = performance.now();
      expect(await asker.askAll("test.number", null, soon())).toEqual([]);
      return performance.now() - before < 200;
    },
    { what: "the processes of other tests to be gone" },
  );
});

test("what anybody publishes to a control queue does no harm", async () => {
  const { link } = joined("answerer");
  link.serve("test.double", (body) => Number(body) * 2);
  await link.listen(soon());
  const connection = await connect(rabbit.url);
  const channel = await connection.createConfirmChannel();
  for (const content of ["", "{", "[]", JSON.stringify({ v: 1, type: "reply", id: "?" }), "x".repeat(300_000)]) {
    channel.publish("warrenmq.control", link.processId, Buffer.from(content));
  }
  await channel.waitForConfirms();
  await connection.close();
  expect(await asker.ask(link.processId, "test.double", 4, soon())).toBe(8);
});

test("a process that lost its connection can be asked again once it listens again", async () => {
  const proxy = await startProxy({ target: rabbit.url });
  ends.push(() => void proxy.stop());
  const { link } = joined("answerer", proxy.url);
  link.serve("test.double", (body) => Number(body) * 2);
  await link.listen(soon());
  proxy.cut();
  await until(() => !link.isListening(), { what: "the loss to be noticed" });
  await link.listen(soon());
  expect(await asker.ask(link.processId, "test.double", 5, soon())).toBe(10);
});

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return "answered";
  } catch (error) {
    return error instanceof RabbitError ? error.code : String(error);
  }
}
