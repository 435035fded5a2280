import { expect, test } from "vitest";
import { TestProject } from "../test-project.test.support.ts";

test("names that templates put together of parameters have their defaults, and an address given to a nested stack reaches its functions", async () => {
  using project = new TestProject({
    "template.yaml": `
Parameters:
  Stage: { Type: String, Default: dev }
  Name: { Type: String, Default: parcels }
  Region: { Type: String }
Resources:
  Jobs: { Type: AWS::SQS::Queue, Properties: { QueueName: !Sub "jobs-\${Stage}.fifo" } }
  Clicks: { Type: AWS::Kinesis::Stream, Properties: { Name: !Join ["-", [clicks, !Ref Stage]] } }
  News: { Type: AWS::SNS::Topic, Properties: { TopicName: !Ref Name } }
  Far: { Type: AWS::SQS::Queue, Properties: { QueueName: !Sub "far-\${Region}-\${AWS::AccountId}" } }
  Workers:
    Type: AWS::CloudFormation::Stack
    Properties: { TemplateURL: workers.yaml, Parameters: { JobsQueueUrl: !Ref Jobs } }
`,
    "workers.yaml": `
Parameters:
  JobsQueueUrl: { Type: String }
Resources:
  Worker:
    Type: AWS::Serverless::Function
    Properties: { Handler: src/worker.handler, Environment: { Variables: { TARGET: !Ref JobsQueueUrl } } }
`,
    "src/worker.js": `
const { SendMessageCommand, SQSClient } = require("@aws-sdk/client-sqs");
exports.send = () => new SQSClient({}).send(new SendMessageCommand({ QueueUrl: process.env.TARGET, MessageBody: "x" }));
`,
  });
  const { inventory } = await project.analyse();
  const { resources, edges } = inventory;
  expect(resources.map(({ name }) => name)).toEqual(["jobs-dev.fifo", "clicks-dev", "parcels", undefined]);
  expect(edges.map(({ to, joinedBy }) => [to, joinedBy])).toEqual([["queue:jobs-dev.fifo", "variable"]]);
});
