// @ssut/nestjs-sqs as it comes from npm, on our client: https://github.com/ssut/nestjs-sqs. The decorators are called by hand,
// which is what TypeScript makes of them.
// oxlint-disable-next-line import/no-unassigned-import -- Nest wants it loaded, and first
import "reflect-metadata";
import { Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { SqsConsumerEventHandler, SqsMessageHandler, SqsModule, SqsService } from "@ssut/nestjs-sqs";
import type { SqsOptions } from "@ssut/nestjs-sqs/dist/sqs.types.js";
import type { Message } from "@warrenmq/client-sqs";
import { until } from "@warrenmq/testing";
import { expect, test } from "vitest";
import { TestQueue } from "./test-queue.ts";

/** A provider as applications write them: it notes what it is called with. */
class OrderHandler {
  readonly bodies: string[] = [];
  readonly errors: string[] = [];

  async handleMessage(message: Message): Promise<void> {
    this.bodies.push(message.Body ?? "");
    if (message.Body === "refused") throw new Error("not today");
  }

  onProcessingError(error: Error): void {
    this.errors.push(error.message);
  }

  /** The abort of the last long poll is such an error, as with AWS's client. */
  onError(error: Error): void {
    if (!error.message.includes("aborted")) this.errors.push(error.message);
  }
}
decorate(SqsMessageHandler("orders"), "handleMessage");
decorate(SqsConsumerEventHandler("orders", "processing_error"), "onProcessingError");
decorate(SqsConsumerEventHandler("orders", "error"), "onError");

test("a Nest application sends with SqsService, and its handlers get messages, errors and the purge", async () => {
  await using queue = await TestQueue.create({ VisibilityTimeout: "600" });
  await using application = await startApplication(queue);
  const service = application.get(SqsService);
  const handler = application.get(OrderHandler);

  const bodies = ["1", "2", "3"];
  await service.send(
    "orders",
    bodies.map((body) => ({ id: `id${body}`, body })),
  );
  await until(() => handler.bodies.length === 3, { what: "three handled messages" });
  expect(handler.bodies.toSorted()).toEqual(bodies);

  await service.send("orders", { id: "id", body: "refused" });
  await until(() => handler.errors.length === 1, { what: "the error" });
  expect(handler.errors[0]).toContain("not today");
  const { ApproximateNumberOfMessagesNotVisible } = await service.getQueueAttributes("orders");
  expect(ApproximateNumberOfMessagesNotVisible).toBe("1");
  await service.purgeQueue("orders");
  await until(async () => (await service.getProducerQueueSize("orders")) === 0, { what: "an empty queue" });
});

/** An application of one module, as the library's README shows, with our client as the option `sqs`. */
async function startApplication(queue: TestQueue) {
  const options: SqsOptions = {
    consumers: [{ name: "orders", queueUrl: queue.queueUrl, sqs: queue.client, stopOptions: { abort: true } }],
    producers: [{ name: "orders", queueUrl: queue.queueUrl, sqs: queue.client }],
  };
  // oxlint-disable-next-line typescript/no-extraneous-class -- a Nest module is such a class
  class Application {}
  Module({ imports: [SqsModule.register(options)], providers: [OrderHandler] })(Application);
  const context = await NestFactory.createApplicationContext(Application, { logger: ["error"] });
  return Object.assign(context, { [Symbol.asyncDispose]: () => context.close() });
}

function decorate(decorator: MethodDecorator, method: keyof OrderHandler): void {
  const descriptor = Object.getOwnPropertyDescriptor(OrderHandler.prototype, method);
  if (descriptor !== undefined) decorator(OrderHandler.prototype, method, descriptor);
}
