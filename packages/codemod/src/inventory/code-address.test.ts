import { expect, test } from "vitest";
import { TestProject } from "../test-project.test.support.ts";

const SEND = 'import { SendMessageCommand } from "@aws-sdk/client-sqs";\n';

test.each([
  'Env.string("QUEUE_URL")',
  'env.get("QUEUE_URL").required().asUrlString()',
  'env.requireString("QUEUE_URL", "none")',
  'this.env.str("QUEUE_URL")',
  'environment.read("QUEUE_URL")!',
])("a helper reads a variable of the environment: %s", async (text) => {
  using project = new TestProject({ "a.ts": `${SEND}new SendMessageCommand({ QueueUrl: ${text} });\n` });
  const { inventory } = await project.analyse();
  expect(inventory.actors.map(({ target }) => target)).toEqual([{ by: "variable", variable: "QUEUE_URL" }]);
});

test.each(['queues.get("QUEUE_URL")', 'Env.string("orders")', "Env.string(name)"])(
  "what is no variable of the environment is none: %s",
  async (text) => {
    using project = new TestProject({ "a.ts": `${SEND}new SendMessageCommand({ QueueUrl: ${text} });\n` });
    const { inventory } = await project.analyse();
    expect(inventory.actors.map(({ target }) => target.by)).not.toContain("variable");
  },
);

const RECEIVER = "declare const sqs: any;\n";

test.each([
  ["a function", "function url() { if (!process.env.JOBS) throw new Error(); return process.env.JOBS; }", "url()"],
  ["an imported function", 'import { jobsUrl } from "./config";', "jobsUrl()"],
  ["a check with a message", "", 'ensure(process.env.JOBS, "JOBS is not set")'],
])("%s gives the address", async (_what, declaration, text) => {
  using project = new TestProject({
    "a.ts": `${declaration}\n${SEND}new SendMessageCommand({ QueueUrl: ${text} });\n`,
    "config.ts": 'export * from "./urls";\n',
    "urls.ts": "const url = process.env.JOBS;\nexport const jobsUrl = () => url;\n",
  });
  const { inventory } = await project.analyse();
  expect(inventory.actors.map(({ target }) => target)).toEqual([{ by: "variable", variable: "JOBS" }]);
});

test("a function that returns several addresses gives none", async () => {
  using project = new TestProject({
    "a.ts": `${SEND}const url = (kind) => { if (kind) return "mails"; return "jobs"; };\nnew SendMessageCommand({ QueueUrl: url(kind) });\n`,
  });
  const { inventory } = await project.analyse();
  expect(inventory.actors.map(({ target }) => target.by)).toEqual(["unknown"]);
});

test.each([
  ["const { QueueUrl } = await sqs.getQueueUrl({ QueueName: 'jobs' }).promise();", "QueueUrl"],
  ["const found = await sqs.getQueueUrl({ QueueName: 'jobs' });", "found.QueueUrl!"],
  ["const { QueueUrl: url } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'jobs' }));", "url"],
])("the URL that a name was looked up for is an address by this name: %s", async (statement, text) => {
  using project = new TestProject({
    "a.ts": `${SEND.replace("{ ", "{ GetQueueUrlCommand, ")}${RECEIVER}${statement}\nnew SendMessageCommand({ QueueUrl: ${text} });\n`,
  });
  const { inventory } = await project.analyse();
  const sends = inventory.actors.filter(({ role }) => role === "producer");
  expect(sends.map(({ target }) => target)).toEqual([{ by: "name", name: "jobs" }]);
});

test("a getter or a method of the class gives the address", async () => {
  using project = new TestProject({
    "a.ts": `${SEND}class Jobs {\n  get url() { return process.env.JOBS; }\n  dead() { return process.env.DEAD; }\n  send() {\n    new SendMessageCommand({ QueueUrl: this.url });\n    new SendMessageCommand({ QueueUrl: this.dead() });\n  }\n}\n`,
  });
  const { inventory } = await project.analyse();
  expect(inventory.actors.map(({ target }) => target)).toEqual([
    { by: "variable", variable: "JOBS" },
    { by: "variable", variable: "DEAD" },
  ]);
});

test("@ssut/nestjs-sqs's module tells its consumers and producers", async () => {
  using project = new TestProject({
    "app.module.ts":
      'import { SqsModule } from "@ssut/nestjs-sqs";\nSqsModule.registerAsync({ useFactory: () => ({\n  consumers: [{ name: "jobs", queueUrl: process.env.JOBS_URL }],\n  producers: [{ name: "mails", queueUrl: "http://localhost:9324/000000000000/mails" }],\n}) });\n',
  });
  const { inventory } = await project.analyse();
  expect(inventory.actors.map(({ role, line, target }) => ({ role, line, target }))).toEqual([
    { role: "consumer", line: 3, target: { by: "variable", variable: "JOBS_URL" } },
    { role: "producer", line: 4, target: { by: "name", name: "mails" } },
  ]);
});

test.each([
  ["a template", "`https://sqs.${region}.amazonaws.com/${account}/jobs`"],
  ["a sum", '"https://sqs." + region + ".amazonaws.com/" + account + "/jobs"'],
  ["a base in a constant", "`${BASE}/jobs`"],
  ["a base in another file", "`${LOCAL}/jobs`"],
  ["a base that nobody knows", "`${process.env.BASE}/jobs`"],
  ["a name in a constant", "`${BASE}/${NAME}`"],
  ["ElasticMQ's address", '"http://localhost:9324/queue/jobs"'],
])("the last part of an address is the name: %s", async (_what, text) => {
  using project = new TestProject({
    "a.ts": `import { LOCAL } from "./config";\nconst BASE = "http://localhost:4566/000000000000";\nconst NAME = "jobs";\n${SEND}new SendMessageCommand({ QueueUrl: ${text} });\n`,
    "config.ts": 'export const LOCAL = "http://localhost:4576";\n',
  });
  const { inventory } = await project.analyse();
  expect(inventory.actors.map(({ target }) => target)).toEqual([{ by: "name", name: "jobs" }]);
});

test.each(["`jobs-${stage}`", "`https://sqs.eu-west-1.amazonaws.com/1/jobs-${stage}`", '"jobs" + stage'])(
  "a name with a part that nobody knows is none: %s",
  async (text) => {
    using project = new TestProject({ "a.ts": `${SEND}new SendMessageCommand({ QueueUrl: ${text} });\n` });
    const { inventory } = await project.analyse();
    expect(inventory.actors.map(({ target }) => target.by)).toEqual(["unknown"]);
  },
);

test("a template that is a variable alone is the variable", async () => {
  using project = new TestProject({
    "a.ts": `${SEND}new SendMessageCommand({ QueueUrl: \`\${process.env.JOBS}\` });\n`,
  });
  const { inventory } = await project.analyse();
  expect(inventory.actors.map(({ target }) => target)).toEqual([{ by: "variable", variable: "JOBS" }]);
});

const TOPIC = 'import { SNS } from "@aws-sdk/client-sns";\nimport { Topic } from "./aws/topic";\n';

test.each([
  "new Topic(new SNS({})).publish(order);",
  "const snsTopic = new Topic(new SNS({}));\nsnsTopic.publish(order);",
  "class Orders { constructor(private readonly sns: Topic) {} place(order) { this.sns.publish(order); } }",
  "class Orders { private snsTopic: Topic; place(order) { this.snsTopic.publish(order); } }",
  "function place(snsTopic: Topic, order) { snsTopic.publish(order); }",
])("a method of the project's own class is no operation: %s", async (text) => {
  using project = new TestProject({ "a.ts": `${TOPIC}${text}\n` });
  const { inventory } = await project.analyse();
  expect(inventory.actors).toEqual([]);
});

test.each([
  "new SNS({}).publish(order);",
  "class Orders { constructor(private readonly sns: SNS) {} place(order) { this.sns.publish(order); } }",
  "class Orders { constructor(private readonly sns) {} place(order) { this.sns.publish(order); } }",
])("one of the client, or of what may be one, is: %s", async (text) => {
  using project = new TestProject({ "a.ts": `${TOPIC}${text}\n` });
  const { inventory } = await project.analyse();
  expect(inventory.actors.map(({ operation }) => operation)).toEqual(["Publish"]);
});

test.each([
  [
    "const got = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: process.env.DEAD }));",
    "got.Attributes!.QueueArn",
  ],
  ["const { Attributes } = await sqs.getQueueAttributes({ QueueUrl: process.env.DEAD });", "Attributes?.QueueArn"],
])("a queue that code makes has the dead-letter queue whose ARN was asked for: %s", async (statement, arn) => {
  using project = new TestProject({
    "a.ts": `import { CreateQueueCommand, GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
${RECEIVER}${statement}
new CreateQueueCommand({
  QueueName: "jobs",
  Attributes: { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: ${arn}, maxReceiveCount: 4 }) },
});
`,
  });
  const { inventory } = await project.analyse();
  expect(inventory.resources).toMatchObject([
    { name: "jobs", deadLetterTarget: { by: "variable", variable: "DEAD" }, maxReceiveCount: 4 },
  ]);
});

test("records are read from the stream whose iterator the file gets", async () => {
  using project = new TestProject({
    "a.ts": `import { GetRecordsCommand, GetShardIteratorCommand } from "@aws-sdk/client-kinesis";
new GetShardIteratorCommand({ StreamName: "clicks" });
let ShardIterator;
new GetRecordsCommand({ ShardIterator });
`,
  });
  const { inventory } = await project.analyse();
  expect(inventory.actors.map(({ operation, target }) => [operation, target])).toEqual([
    ["GetShardIterator", { by: "name", name: "clicks" }],
    ["GetRecords", { by: "name", name: "clicks" }],
  ]);
});

test("an endpoint of a platform application is no topic", async () => {
  using project = new TestProject({
    "a.ts": `import { PublishCommand } from "@aws-sdk/client-sns";
new PublishCommand({ TargetArn: "arn:aws:sns:eu-west-1:123456789012:endpoint/APNS/app/1" });
`,
  });
  const { inventory } = await project.analyse();
  expect(inventory.actors.map(({ target }) => target.by)).toEqual(["unknown"]);
});

test.each([
  [
    "a function",
    "const remove = (handle, url) => sqs.send(new SendMessageCommand({ QueueUrl: url })); remove(1, process.env.JOBS);",
  ],
  [
    "a function that takes an object",
    "function send({ url }) { new SendMessageCommand({ QueueUrl: url }); } send({ url: process.env.JOBS, body });",
  ],
  [
    "a method",
    "class A { send(url) { new SendMessageCommand({ QueueUrl: url }); } run() { this.send(process.env.JOBS); } }",
  ],
  ["a default", "export function send(url = process.env.JOBS) { new SendMessageCommand({ QueueUrl: url }); }"],
  [
    "a field with a default",
    "export class A { constructor(private readonly url = process.env.JOBS) {} send() { new SendMessageCommand({ QueueUrl: this.url }); } }",
  ],
  [
    "a default in a pattern",
    "export function send({ url = process.env.JOBS }) { new SendMessageCommand({ QueueUrl: url }); }",
  ],
  [
    "a private field",
    "class A { #url; constructor({ url }) { this.#url = url; } send() { new SendMessageCommand({ QueueUrl: this.#url }); } } new A({ url: process.env.JOBS });",
  ],
  [
    "a private method",
    "export class A { #send(url) { new SendMessageCommand({ QueueUrl: url }); } run() { this.#send(process.env.JOBS); } }",
  ],
])("an address that is given as an argument is known: %s", async (_what, text) => {
  using project = new TestProject({ "a.ts": `${SEND}${RECEIVER}${text}\n` });
  const { inventory } = await project.analyse();
  expect(inventory.actors.map(({ target }) => target)).toEqual([{ by: "variable", variable: "JOBS" }]);
});

test.each([
  [
    "two addresses",
    "function send(url) { new SendMessageCommand({ QueueUrl: url }); } send(process.env.JOBS); send(process.env.MAILS);",
  ],
  [
    "calls from other files",
    "export function send(url) { new SendMessageCommand({ QueueUrl: url }); } send(process.env.JOBS);",
  ],
  [
    "a function that is handed on",
    "function send(url) { new SendMessageCommand({ QueueUrl: url }); } send(process.env.JOBS); use(send);",
  ],
  ["a function that calls itself", "function send(url) { new SendMessageCommand({ QueueUrl: url }); send(url); }"],
])("an address that an argument does not tell stays unknown: %s", async (_what, text) => {
  using project = new TestProject({ "a.ts": `${SEND}${text}\n` });
  const { inventory } = await project.analyse();
  expect(inventory.actors.map(({ target }) => target.by)).toEqual(["unknown"]);
});

test("a class works on the queues that the files which make its objects pass to it", async () => {
  using project = new TestProject({
    "src/publisher.ts": `
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
export class Publisher {
  constructor(private readonly client: SQSClient, private readonly queueUrl: string) {}
  publish(body: string) {
    return this.client.send(new SendMessageCommand({ QueueUrl: this.queueUrl, MessageBody: body }));
  }
}
export class Mailer {
  readonly #url: string;
  constructor(options: { client: SQSClient; mailQueueUrl: string }) { this.#url = options.mailQueueUrl; }
  mail(client: SQSClient) {
    return client.send(new SendMessageCommand({ QueueUrl: this.#url, MessageBody: "" }));
  }
}
export class Unknown {
  constructor(private readonly queueUrl: string) {}
  ask(client: SQSClient) {
    return client.send(new SendMessageCommand({ QueueUrl: this.queueUrl, MessageBody: "" }));
  }
}
`,
    "src/users.ts": `
import { Publisher } from "./publisher";
export class Users extends Publisher {
  constructor(client) { super(client, process.env.USERS_QUEUE_URL); }
}
`,
    "src/index.ts": `
import { SQSClient } from "@aws-sdk/client-sqs";
import { Mailer, Publisher } from "./publisher";
const client = new SQSClient({});
export const jobs = new Publisher(client, process.env.JOBS_QUEUE_URL!);
export const mails = new Mailer({ client, mailQueueUrl: process.env.MAIL_QUEUE_URL! });
`,
    "test/publisher.test.ts": `
import { SQSClient } from "@aws-sdk/client-sqs";
import { Publisher } from "../src/publisher";
new Publisher(new SQSClient({}), "https://sqs.eu-west-1.amazonaws.com/123456789012/of-a-test");
`,
  });
  const { inventory } = await project.analyse();
  expect(inventory.edges.map(({ from, to }) => `${from} > ${to}`).toSorted()).toEqual([
    "actor:src/publisher.ts · Mailer.mail > unresolved:queue:$MAIL_QUEUE_URL",
    "actor:src/publisher.ts · Publisher.publish > unresolved:queue:$JOBS_QUEUE_URL",
    "actor:src/publisher.ts · Publisher.publish > unresolved:queue:$USERS_QUEUE_URL",
    "actor:src/publisher.ts · Unknown.ask > unresolved:queue:this.queueUrl",
  ]);
});
