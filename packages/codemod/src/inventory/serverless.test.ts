import { expect, test } from "vitest";
import type { ProjectReport } from "../project/project-report.ts";
import { TestProject } from "../test-project.test.support.ts";

const PROVIDER = `name: aws
stage: \${opt:stage, 'dev'}
iam:
  role:
    statements:
      - { Effect: Allow, Action: "sqs:*", Resource: "*" }
environment:
  JOBS_URL: https://sqs.\${aws:region}.amazonaws.com/\${aws:accountId}/\${self:custom.jobs}
`;

const SERVICE = `service: shop
custom:
  jobs: jobs-\${sls:stage}
  topics: \${file(config.yml):topics}
provider: \${file(provider.yml)}
functions:
  - \${file(functions/jobs.yml)}
  - audit:
      handler: audit.handler
      environment:
        EVENTS_ARN: \${self:resources.Outputs.EventsArn.Value}
      events: \${file(functions/events.yml):audit}
resources:
  - Resources: \${file(resources/queues.yml)}
    Outputs:
      EventsArn: { Value: !Ref Events }
  - \${file(resources/topics.yml)}
`;

const FILES = {
  "serverless.yml": SERVICE,
  "provider.yml": PROVIDER,
  "config.yml": "topics:\n  events: shop-events\n",
  "functions/jobs.yml":
    "worker:\n  handler: worker.handler\n  events:\n    - sqs:\n        arn: !GetAtt Jobs.Arn\n        batchSize: 5\n",
  "functions/events.yml":
    "audit:\n  - sns: arn:aws:sns:${self:provider.region}:${aws:accountId}:${self:custom.topics.events}\n",
  "resources/queues.yml":
    "Jobs:\n  Type: AWS::SQS::Queue\n  Properties:\n    QueueName: ${self:custom.jobs}\n    RedrivePolicy: { deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3 }\nDead: ${file(resources/dead.yml)}\n",
  "resources/dead.yml": "Type: AWS::SQS::Queue\nProperties: { QueueName: jobs-dead }\n",
  "resources/topics.yml":
    "Resources:\n  Events: { Type: AWS::SNS::Topic, Properties: { TopicName: '${self:custom.topics.events}' } }\n",
  "send.js":
    'const { SQS } = require("@aws-sdk/client-sqs");\nnew SQS({}).sendMessage({ QueueUrl: process.env.JOBS_URL });\n',
  "audit.js":
    'const { SNS } = require("@aws-sdk/client-sns");\nnew SNS({}).publish({ TopicArn: process.env.EVENTS_ARN });\n',
};

test("files that a serverless.yml includes are parts of it", async () => {
  using project = new TestProject(FILES);
  const { inventory, findings } = await project.analyse();
  expect(edgesOf(inventory)).toEqual([
    "audit.js: audit.js -> shop-events (Publish, by variable)",
    "send.js: send.js -> jobs-dev (SendMessage, by variable)",
    "functions/jobs.yml:4 jobs-dev -> worker (sqs event, by reference)",
    "functions/events.yml:2 shop-events -> audit (sns event, by name)",
    "resources/queues.yml:1 jobs-dev -> jobs-dead (after 3 receives, by reference)",
  ]);
  expect(inventory.resources.map(({ file, line, name }) => `${file}:${line} ${name}`).toSorted()).toEqual([
    "resources/dead.yml:1 jobs-dead",
    "resources/queues.yml:1 jobs-dev",
    "resources/topics.yml:2 shop-events",
  ]);
  const told = findings.map(({ code, file, line }) => `${code} ${file}:${line}`);
  expect(told).toContain("IAM_POLICY provider.yml:6");
  expect(told).toContain("LAMBDA_EVENT_SOURCE functions/jobs.yml:4");
});

test.each([
  ["itself", "custom: { a: '${self:custom.a}', b: 'x${self:custom.b}' }"],
  ["its file", "custom: ${file(serverless.yml):custom}"],
  ["nothing", "custom: ${file(missing.yml)}"],
  ["a script", "custom: ${file(custom.js)}"],
  [
    "far too much",
    `custom:\n${["a", "b", "c", "d", "e", "f", "g", "h", "i"]
      .map((name, index) => `  ${name}: '${`\${self:custom.${"bcdefghij"[index]}}`.repeat(20)}'`)
      .join("\n")}\n  j: jobs`,
  ],
])("a variable that leads to %s stays as it is", async (_what, custom) => {
  using project = new TestProject({
    "serverless.yml": `service: loops\n${custom}\nprovider: { name: aws }\nfunctions: { a: { handler: a.b, events: [{ sqs: '\${self:custom.a}' }, { sqs: '\${self:custom.b}' }] } }\n`,
  });
  const { inventory, skipped } = await project.analyse();
  expect(skipped).toEqual([]);
  expect(inventory.actors).toHaveLength(2);
});

test("a serverless.ts is read like a serverless.yml, with what it imports", async () => {
  using project = new TestProject({
    "serverless.ts": `import type { AWS } from "@serverless/typescript";
import { worker } from "./src/functions";
import resources from "./resources";
const stage = "dev";
const configuration: AWS = {
  service: "shop",
  provider: {
    name: "aws",
    environment: { JOBS_URL: { Ref: "Jobs" } },
    iam: { role: { statements: [{ Effect: "Allow", Action: ["sqs:SendMessage"], Resource: "*" }] } },
  },
  functions: { worker, mail: { handler: "mail.main", events: [{ sns: { arn: { Ref: "Events" }, topicName: "events" } }] } },
  resources: { Resources: { ...resources, Events: { Type: "AWS::SNS::Topic", Properties: { TopicName: \`events-\${stage}\` } } } },
};
module.exports = configuration;
`,
    "resources.ts":
      'export default { Jobs: { Type: "AWS::SQS::Queue", Properties: { QueueName: "jobs" } } } as const;\n',
    "src/functions/index.ts": 'export { default as worker } from "./worker";\n',
    "src/functions/worker.ts":
      'export default { handler: `${dir(__dirname)}/handler.main`, events: [{ sqs: { arn: { "Fn::GetAtt": ["Jobs", "Arn"] }, batchSize: 5 } }] };\n',
  });
  const { inventory, findings } = await project.analyse();
  expect(edgesOf(inventory)).toEqual([
    "serverless.ts:12 jobs -> worker (sqs event, by reference)",
    "serverless.ts:12 events-dev -> mail (sns event, by reference)",
  ]);
  expect(findings.map(({ code, line }) => `${code} ${line}`)).toContain("IAM_POLICY 10");
});

test("plugins that emulate messaging are told", async () => {
  using project = new TestProject({
    "serverless.yml":
      "service: a\nprovider: { name: aws }\nplugins:\n  - serverless-offline\n  - serverless-offline-sqs\n  - serverless-localstack\n",
  });
  const { findings } = await project.analyse();
  expect(findings.map(({ code, line, detail }) => `${line} ${code} ${detail}`)).toEqual([
    "5 LOCAL_EMULATOR serverless-offline-sqs",
    "6 LOCAL_EMULATOR serverless-localstack",
  ]);
});

const HANDLER = "exports.main = async (event) => event.Records.map((record) => record.body);\n";

test.each([
  [
    "the Serverless Framework",
    {
      "app/serverless.yml":
        "service: a\nprovider: { name: aws }\nfunctions: { jobs: { handler: src/jobs.main, events: [{ sqs: 'arn:aws:sqs:eu-west-1:1:jobs' }] } }\n",
    },
  ],
  [
    "a serverless.ts",
    {
      "app/serverless.ts":
        'import jobs from "./src";\nexport default { service: "a", provider: { name: "aws" }, functions: { jobs } };\n',
      "app/src/index.ts":
        'export default { handler: `${handlerPath(__dirname)}/jobs.main`, events: [{ sqs: "arn:aws:sqs:eu-west-1:1:jobs" }] };\n',
    },
  ],
  [
    "SAM",
    {
      "app/template.yaml":
        "Resources:\n  Jobs:\n    Type: AWS::Serverless::Function\n    Properties:\n      CodeUri: src/\n      Handler: jobs.main\n      Events: { Queue: { Type: SQS, Properties: { Queue: 'arn:aws:sqs:eu-west-1:1:jobs' } } }\n",
    },
  ],
  [
    "SAM with esbuild",
    {
      "app/template.yaml":
        "Resources:\n  Jobs:\n    Type: AWS::Serverless::Function\n    Metadata: { BuildMethod: esbuild, BuildProperties: { EntryPoints: [src/jobs.js] } }\n    Properties:\n      CodeUri: .\n      Handler: jobs.main\n      Events: { Queue: { Type: SQS, Properties: { Queue: 'arn:aws:sqs:eu-west-1:1:jobs' } } }\n",
    },
  ],
])("the code of a function gets what %s gives the function", async (_what, files) => {
  using project = new TestProject({ ...files, "app/src/jobs.js": HANDLER, "app/src/other.js": HANDLER });
  const { inventory } = await project.analyse();
  const handlers = inventory.edges.filter(({ operation }) => operation === "Lambda handler");
  expect(handlers.map(({ file, from, joinedBy }) => `${file} ${from} ${joinedBy}`)).toEqual([
    "app/src/jobs.js queue:jobs variable",
    "app/src/other.js unresolved:queue:the function's event source unresolved",
  ]);
});

test("functions of one file each get their own", async () => {
  using project = new TestProject({
    "serverless.yml":
      "service: a\nprovider: { name: aws }\nfunctions:\n  jobs: { handler: all.jobs, events: [{ sqs: 'arn:aws:sqs:eu-west-1:1:jobs' }] }\n  mails: { handler: all.mails, events: [{ sqs: 'arn:aws:sqs:eu-west-1:1:mails' }] }\n",
    "all.js": HANDLER.replace("main", "jobs") + HANDLER.replace("main", "mails"),
  });
  const { inventory } = await project.analyse();
  const handlers = inventory.edges.filter(({ operation }) => operation === "Lambda handler");
  expect(handlers.map(({ line, from }) => `${line} ${from}`)).toEqual(["1 queue:jobs", "2 queue:mails"]);
});

function edgesOf({ nodes, edges }: ProjectReport["inventory"]): string[] {
  const labels = new Map(nodes.map(({ id, label }) => [id, label]));
  return edges.map(({ from, to, operation, joinedBy, file, line }) => {
    const place = file.endsWith(".js") ? `${file}:` : `${file}:${line}`;
    return `${place} ${labels.get(from)} -> ${labels.get(to)} (${operation}, by ${joinedBy})`;
  });
}
