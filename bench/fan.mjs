import { startBroker } from "@warrenmq/testing";
import { SQSClient, CreateQueueCommand } from "@warrenmq/client-sqs";
import { SNSClient, CreateTopicCommand, SubscribeCommand, PublishBatchCommand, PublishCommand } from "@warrenmq/client-sns";
import { connect } from "amqplib";
const broker = await startBroker({});
const sqs = new SQSClient({ region: "eu-central-1", rabbitmq: { url: broker.url } });
const sns = new SNSClient({ region: "eu-central-1", rabbitmq: { url: broker.url } });
const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "fan" }));
const conn = await connect(broker.url, { noDelay: true });
const ch = await conn.createConfirmChannel();
await ch.assertExchange("plainx", "direct");
const queues = ["q1", "q2", "q3"];
for (const q of queues) {
  await sqs.send(new CreateQueueCommand({ QueueName: q }));
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: `arn:aws:sqs:eu-central-1:000000000000:${q}` }));
  await ch.bindQueue(q, "plainx", "all"); await ch.bindQueue(q, "plainx", "k" + q);
}
const body = "x".repeat(200), small = Buffer.from(body), large = Buffer.from("x".repeat(720));
const pub = (key, content, opts) => () => new Promise((res, rej) => ch.publish("plainx", key, content, { persistent: true, ...opts }, (e) => (e === null ? res() : rej(e))));
const props = { messageId: "01234567-89ab-7def-0123-456789abcdef", appId: "warrenmq", mandatory: true };
const entries = Array.from({ length: 10 }, (_, i) => ({ Id: String(i), Message: body }));
const variants = {
  small: [pub("all", small), 80, 1], large: [pub("all", large), 80, 1], largeProps: [pub("all", large, props), 80, 1], largeBcc: [pub("kq1", large, { ...props, BCC: ["kq2", "kq3"] }), 80, 1],
  one: [() => sns.send(new PublishCommand({ TopicArn, Message: body })), 80, 1],
  batch: [() => sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: entries })), 8, 10],
};
async function round([call, inFlight, per], ms) {
  let done = 0; const c0 = process.cpuUsage(); const t0 = performance.now(); const end = t0 + ms;
  await Promise.all(Array.from({ length: inFlight }, async () => { while (performance.now() < end) { await call(); done += per; } }));
  const dt = performance.now() - t0; const c = process.cpuUsage(c0);
  for (const q of queues) await ch.purgeQueue(q);
  return { rate: done / dt * 1000, cpu: (c.user + c.system) / done };
}
const res = Object.fromEntries(Object.keys(variants).map((k) => [k, []]));
for (const v of Object.values(variants)) await round(v, 300);
for (let r = 0; r < (+process.argv[2] || 6); r++) for (const [k, v] of Object.entries(variants)) res[k].push(await round(v, 700));
const med = (a) => a.sort((x, y) => x - y)[a.length >> 1];
const base = med(res.small.map((r) => r.rate));
for (const [k, rows] of Object.entries(res)) console.log(k.padEnd(12), med(rows.map((r) => r.rate)).toFixed(0), (med(rows.map((r) => r.rate)) / base).toFixed(3), med(rows.map((r) => r.cpu)).toFixed(1), "µs");
await conn.close(); sqs.destroy(); sns.destroy(); await broker.stop();
