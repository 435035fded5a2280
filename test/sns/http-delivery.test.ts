import {
  ConfirmSubscriptionCommand,
  GetSubscriptionAttributesCommand,
  ListSubscriptionsByTopicCommand,
  startHttpDelivery,
  SubscribeCommand,
  UnsubscribeCommand,
} from "@warrenmq/client-sns";
import type { DeliveryEvent, HttpDelivery, HttpDeliveryOptions } from "@warrenmq/client-sns";
import { uniqueName, until } from "@warrenmq/testing";
import { createVerify } from "node:crypto";
import { afterAll, describe, expect, inject, test } from "vitest";
import { nativeChannel } from "../support/amqp.ts";
import { startHttpEndpoint } from "../support/http-endpoint.ts";
import type { HttpEndpoint, ReceivedRequest } from "../support/http-endpoint.ts";
import { onlyHttpWorkersHere } from "../support/http-workers.ts";
import {
  createTestTopic,
  publishTo,
  queueArnOf,
  snsErrorOf,
  subscribeEndpoint,
  takeOne,
  testSnsClient,
} from "../support/sns.ts";
import { createTestQueue, deleteQueuesAfterAll, testClient } from "../support/sqs.ts";

await onlyHttpWorkersHere();
const sqs = testClient();
deleteQueuesAfterAll();
const sns = testSnsClient();
const native = await nativeChannel();
const events: DeliveryEvent[] = [];
const worker = await startWorker({ onDelivery: (event) => events.push(event) });

async function startWorker(options: HttpDeliveryOptions = {}): Promise<HttpDelivery> {
  const rabbitmq = { url: inject("brokerUrl"), connectionName: uniqueName("worker") };
  const started = await startHttpDelivery({ rabbitmq, allowPrivateAddresses: true, ...options });
  afterAll(() => started.close());
  return started;
}

function parsed(body: string): Record<string, unknown> {
  return Object(JSON.parse(body));
}

async function authenticated(SubscriptionArn: string | undefined): Promise<string | undefined> {
  const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
  return Attributes?.["ConfirmationWasAuthenticated"];
}

function ofType(endpoint: HttpEndpoint, type: string): readonly ReceivedRequest[] | undefined {
  const found = endpoint.requests.filter(({ headers }) => headers["x-amz-sns-message-type"] === type);
  return found.length === 0 ? undefined : found;
}

/** The address that stands in the documents that the endpoint gets. */
async function unsubscribeUrlOf(topic: string, endpoint: HttpEndpoint): Promise<string> {
  await publishTo(sns, topic, { Message: "hello" });
  const [request] = await until(() => endpoint.notifications().length > 0 && endpoint.notifications(), {
    what: "a notification",
  });
  return String(parsed(request?.body ?? "")["UnsubscribeURL"]);
}

describe("an HTTP endpoint whose UnsubscribeURL is visited", () => {
  test("is told so, and may take it back with what it is told", async () => {
    const endpoint = await startHttpEndpoint();
    const topic = await createTestTopic(sns);
    const subscription = await subscribeEndpoint(sns, topic, endpoint);
    const visited = await fetch(await unsubscribeUrlOf(topic, endpoint));
    expect(visited.status).toBe(200);
    const [request] = await until(() => ofType(endpoint, "UnsubscribeConfirmation"), { what: "the confirmation" });
    expect(request?.headers).toMatchObject({
      "content-type": "text/plain; charset=UTF-8",
      "x-amz-sns-message-type": "UnsubscribeConfirmation",
      "x-amz-sns-topic-arn": topic,
      "x-amz-sns-subscription-arn": subscription,
    });
    const document = parsed(request?.body ?? "");
    expect(Object.keys(document)).toEqual([
      "Type",
      "MessageId",
      "Token",
      "TopicArn",
      "Message",
      "SubscribeURL",
      "Timestamp",
      "SignatureVersion",
      "Signature",
      "SigningCertURL",
    ]);
    expect(document["Message"]).toBe(
      `You have chosen to deactivate subscription ${subscription}.\nTo cancel this operation and restore the subscription, visit the SubscribeURL included in this message.`,
    );
    // sns-validator 0.3.5 leaves the Token out, against AWS's guide ("Verifying the signatures of Amazon SNS messages").
    const signed = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];
    const verify = createVerify("sha1").update(signed.map((key) => `${key}\n${String(document[key])}\n`).join(""));
    const certificate = await (await fetch(String(document["SigningCertURL"]))).text();
    expect(verify.verify(certificate, String(document["Signature"]), "base64")).toBe(true);
    const gone = await snsErrorOf(sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn: subscription })));
    expect(gone.message).toBe("Subscription does not exist");
    await publishTo(sns, topic, { Message: "meanwhile" });

    const restored = await fetch(String(document["SubscribeURL"]));
    expect(await restored.text()).toContain(subscription);
    await publishTo(sns, topic, { Message: "again" });
    const notifications = await until(() => endpoint.notifications().length > 1 && endpoint.notifications(), {
      what: "the notification after it",
    });
    expect(notifications.map(({ body }) => parsed(body)["Message"])).toEqual(["hello", "again"]);
  });

  test("stays subscribed when that needs its owner's credentials", async () => {
    const endpoint = await startHttpEndpoint();
    const topic = await createTestTopic(sns);
    await sns.send(new SubscribeCommand({ TopicArn: topic, Protocol: "http", Endpoint: endpoint.url }));
    const request = await until(() => endpoint.confirmation(topic), { what: "the request to confirm" });
    const { Token, SubscribeURL } = parsed(request.body);
    const unsigned = await fetch(`${String(SubscribeURL)}&AuthenticateOnUnsubscribe=true`);
    expect(unsigned.status).toBe(403);
    const { SubscriptionArn } = await sns.send(
      new ConfirmSubscriptionCommand({
        TopicArn: topic,
        Token: String(Token),
        AuthenticateOnUnsubscribe: "true",
      }),
    );
    const visited = await fetch(await unsubscribeUrlOf(topic, endpoint));
    expect(visited.status).toBe(403);
    expect(await visited.text()).toContain("<Code>AuthorizationError</Code>");
    await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
    const { Subscriptions } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topic }));
    expect(Subscriptions).toEqual([]);
    // AWS: the owner's own Unsubscribe is not announced.
    expect(ofType(endpoint, "UnsubscribeConfirmation")).toBeUndefined();
  });

  test("shows whether its confirmation came from somebody with credentials", async () => {
    const topic = await createTestTopic(sns);
    const [byUrl, bySdk] = [await startHttpEndpoint(), await startHttpEndpoint()];
    const visited = await subscribeEndpoint(sns, topic, byUrl);
    await sns.send(new SubscribeCommand({ TopicArn: topic, Protocol: "http", Endpoint: bySdk.url }));
    const request = await until(() => bySdk.confirmation(topic), { what: "the request to confirm" });
    const Token = String(parsed(request.body)["Token"]);
    const { SubscriptionArn } = await sns.send(new ConfirmSubscriptionCommand({ TopicArn: topic, Token }));
    expect(await authenticated(visited)).toBe("false");
    expect(await authenticated(SubscriptionArn)).toBe("true");
  });
});

describe("an HTTP endpoint", () => {
  test("is asked to confirm, and gets nothing before it has", async () => {
    const endpoint = await startHttpEndpoint();
    const topic = await createTestTopic(sns);
    const { SubscriptionArn } = await sns.send(
      new SubscribeCommand({ TopicArn: topic, Protocol: "http", Endpoint: endpoint.url }),
    );
    expect(SubscriptionArn).toBe("pending confirmation");
    const [request] = await until(() => endpoint.requests.length > 0 && endpoint.requests, { what: "the request" });
    expect(request?.headers).toMatchObject({
      "content-type": "text/plain; charset=UTF-8",
      "user-agent": "Amazon Simple Notification Service Agent",
      "x-amz-sns-message-type": "SubscriptionConfirmation",
      "x-amz-sns-topic-arn": topic,
    });
    expect(request?.headers).not.toHaveProperty("x-amz-sns-subscription-arn");
    const document = parsed(request?.body ?? "");
    expect(Object.keys(document)).toEqual([
      "Type",
      "MessageId",
      "Token",
      "TopicArn",
      "Message",
      "SubscribeURL",
      "Timestamp",
      "SignatureVersion",
      "Signature",
      "SigningCertURL",
    ]);
    await publishTo(sns, topic, { Message: "too early" });
    const { Subscriptions } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topic }));
    expect(Subscriptions?.[0]?.SubscriptionArn).toBe("PendingConfirmation");
    const confirmed = await sns.send(
      new ConfirmSubscriptionCommand({ TopicArn: topic, Token: String(document["Token"]) }),
    );
    expect(confirmed.SubscriptionArn).toContain(topic);
    await publishTo(sns, topic, { Message: "in time" });
    await until(() => endpoint.notifications().length > 0, { what: "a notification" });
    expect(endpoint.notifications().map(({ body }) => parsed(body)["Message"])).toEqual(["in time"]);
  });

  test("gets signed documents with AWS's headers", async () => {
    const endpoint = await startHttpEndpoint();
    const topic = await createTestTopic(sns);
    const subscription = await subscribeEndpoint(sns, topic, endpoint);
    const MessageAttributes = { a: { DataType: "String", StringValue: "b" } };
    const MessageId = await publishTo(sns, topic, { Message: "hello", Subject: "s", MessageAttributes });
    const [request] = await until(() => endpoint.notifications().length > 0 && endpoint.notifications(), {
      what: "a notification",
    });
    expect(request?.headers).toMatchObject({
      "content-type": "text/plain; charset=UTF-8",
      "x-amz-sns-message-id": MessageId,
      "x-amz-sns-subscription-arn": subscription,
    });
    const document = parsed(request?.body ?? "");
    expect(document).toMatchObject({
      Type: "Notification",
      Message: "hello",
      Subject: "s",
      MessageAttributes: { a: { Type: "String", Value: "b" } },
    });
    expect(String(document["Signature"]).length).toBeGreaterThan(300);
    expect(String(document["UnsubscribeURL"])).toContain(subscription);
    const certificate = await fetch(String(document["SigningCertURL"]));
    expect(await certificate.text()).toContain("-----BEGIN");
  });

  test("gets the bare message with raw delivery, with the content type of its policy", async () => {
    const endpoint = await startHttpEndpoint();
    const topic = await createTestTopic(sns);
    await subscribeEndpoint(sns, topic, endpoint, {
      RawMessageDelivery: "true",
      DeliveryPolicy: JSON.stringify({ requestPolicy: { headerContentType: "application/json" } }),
    });
    await publishTo(sns, topic, { Message: '{"a":1}' });
    const [request] = await until(() => endpoint.notifications().length > 0 && endpoint.notifications(), {
      what: "a notification",
    });
    expect(request?.body).toBe('{"a":1}');
    expect(request?.headers).toMatchObject({
      "content-type": "application/json",
      "x-amz-sns-rawdelivery": "true",
    });
  });

  test("that fails is called again by the phases of its policy, then the dead-letter queue has the message", async () => {
    const endpoint = await startHttpEndpoint();
    const topic = await createTestTopic(sns);
    const deadLetters = await createTestQueue(sqs);
    await subscribeEndpoint(sns, topic, endpoint, {
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArnOf(deadLetters) }),
      DeliveryPolicy: JSON.stringify({
        healthyRetryPolicy: { numRetries: 2, numNoDelayRetries: 1, minDelayTarget: 3, maxDelayTarget: 3 },
      }),
    });
    endpoint.answer = () => 503;
    const MessageId = await publishTo(sns, topic, { Message: "never" });
    const letter = await takeOne(sqs, deadLetters);
    expect(parsed(letter?.Body ?? "")).toMatchObject({ Message: "never", MessageId });
    const [first, second, third, ...more] = endpoint.notifications().map(({ atMs }) => atMs);
    expect(more).toEqual([]);
    expect((second ?? 0) - (first ?? 0)).toBeLessThan(2_900);
    expect((third ?? 0) - (second ?? 0)).toBeGreaterThan(2_950);
    expect(events.filter((event) => event.messageId === MessageId).map(({ outcome }) => outcome)).toEqual([
      "retrying",
      "retrying",
      "dead-lettered",
    ]);
  });

  test("that refuses a message is not called again", async () => {
    const endpoint = await startHttpEndpoint();
    const topic = await createTestTopic(sns);
    await subscribeEndpoint(sns, topic, endpoint);
    endpoint.answer = () => 400;
    const MessageId = await publishTo(sns, topic, { Message: "bad" });
    const event = await until(() => events.find((one) => one.messageId === MessageId), { what: "the outcome" });
    expect(event).toMatchObject({ outcome: "dropped", attempt: 1, reason: "HTTP status 400" });
  });

  test("gets no more than its policy allows in a second", async () => {
    const endpoint = await startHttpEndpoint();
    const topic = await createTestTopic(sns);
    await subscribeEndpoint(sns, topic, endpoint, {
      DeliveryPolicy: JSON.stringify({ throttlePolicy: { maxReceivesPerSecond: 2 } }),
    });
    await Promise.all(Array.from({ length: 5 }, (_, index) => publishTo(sns, topic, { Message: String(index) })));
    await until(() => endpoint.notifications().length === 5, { what: "all notifications" });
    const times = endpoint.notifications().map(({ atMs }) => atMs);
    // They go 500 ms apart; a request may be on its way for some of that (exact: the unit tests of the rate limit).
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(1_000);
  });

  test("is not called on a private address, unless that is allowed", async () => {
    const guarded = await startWorker({ allowPrivateAddresses: false });
    expect(guarded.url).not.toBe(worker.url);
    await worker.close();
    const endpoint = await startHttpEndpoint();
    const topic = await createTestTopic(sns);
    const { SubscriptionArn } = await sns.send(
      new SubscribeCommand({ TopicArn: topic, Protocol: "http", Endpoint: endpoint.url, ReturnSubscriptionArn: true }),
    );
    const queue = `warrenmq.sns.http.${SubscriptionArn?.slice(SubscriptionArn.lastIndexOf(":") + 1)}`;
    await until(async () => (await native.checkQueue(queue)).consumerCount === 1, { what: "the worker" });
    await until(async () => (await native.checkQueue(queue)).messageCount === 0, { what: "the attempt" });
    await guarded.close(); // waits for what is under way
    expect(endpoint.requests).toEqual([]);
    const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
    expect(Attributes?.["PendingConfirmation"]).toBe("true");
  });
});

describe("several workers", () => {
  test("share the messages of an endpoint, and what one holds when it stops goes to the others", async () => {
    const seen: string[][] = [[], []];
    const workers = await Promise.all(
      seen.map((list) =>
        startWorker({
          concurrencyPerEndpoint: 2,
          onDelivery: ({ outcome, messageId }) => outcome === "delivered" && list.push(messageId),
        }),
      ),
    );
    const endpoint = await startHttpEndpoint();
    const topic = await createTestTopic(sns);
    await subscribeEndpoint(sns, topic, endpoint);
    // One worker has two requests under way at most, so the third is the other's.
    endpoint.answer = async () => {
      await until(() => endpoint.notifications().length >= 3, { what: "a request of the other worker" });
      return 200;
    };
    await Promise.all(Array.from({ length: 40 }, (_, index) => publishTo(sns, topic, { Message: String(index) })));
    await until(() => endpoint.notifications().length >= 40, { what: "all notifications" });
    await until(() => seen.every((list) => list.length > 0), { what: "both workers" });
    await workers[0]?.close();
    await publishTo(sns, topic, { Message: "after" });
    await until(() => endpoint.notifications().length >= 41, { what: "the message after the end of one worker" });
    const messages = new Set(endpoint.notifications().map(({ body }) => parsed(body)["Message"]));
    expect(messages.size).toBe(41);
  });
});
