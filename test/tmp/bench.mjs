import { SQSClient, CreateQueueCommand, SendMessageBatchCommand, ReceiveMessageCommand, DeleteMessageBatchCommand } from "@warrenmq/client-sqs";
import { startBroker } from "@warrenmq/testing";
const broker = await startBroker(process.argv[2] ? { version: process.argv[2] } : {});
console.log(broker.version);
const N = Number(process.argv[3] ?? 10000);
async function run(fifo, client) {
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: `b-${Math.random().toString(36).slice(2)}${fifo ? ".fifo" : ""}`, Attributes: fifo ? { FifoQueue: "true" } : {} }));
  let next = 0, got = 0; const t0 = performance.now();
  const lastOf = new Map(); let bad = 0;
  const producer = async (p) => {
    for (;;) {
      const start = next; if (start >= N) return; next += 10;
      const group = `g${p}`;
      await client.send(new SendMessageBatchCommand({ QueueUrl, Entries: Array.from({ length: 10 }, (_, i) => ({ Id: String(i), MessageBody: JSON.stringify({ n: start + i, pad: "x".repeat(200) }), ...(fifo ? { MessageGroupId: group, MessageDeduplicationId: `${start + i}` } : {}) })) }));
    }
  };
  const consumer = async () => {
    while (got < N) {
      const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1, AttributeNames: ["All"] }));
      if (Messages.length === 0) continue;
      got += Messages.length;
      for (const m of Messages) { const n = JSON.parse(m.Body).n, g = m.Attributes.MessageGroupId; if (fifo) { if ((lastOf.get(g) ?? -1) >= n) bad++; lastOf.set(g, n); } }
      await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: Messages.map((m, i) => ({ Id: String(i), ReceiptHandle: m.ReceiptHandle })) }));
    }
  };
  await Promise.all([...Array.from({ length: 16 }, (_, p) => producer(p)), ...Array.from({ length: 8 }, consumer)]);
  return { fifo, rate: Math.round(N / (performance.now() - t0) * 1000), bad };
}
for (let i = 0; i < 3; i++) for (const fifo of [false, true]) { const c = new SQSClient({ rabbitmq: { url: broker.url } }); console.log(await run(fifo, c)); c.destroy(); }
await broker.stop();
