import { expect, test } from "vitest";
import { TestProject } from "../../test-project.test.support.ts";

const DEAD = `DEAD_URL=$(awslocal sqs create-queue --queue-name jobs-dead --query QueueUrl --output text)
DEAD=$(awslocal sqs get-queue-attributes --queue-url "$DEAD_URL" --attribute-names QueueArn --query Attributes.QueueArn)
`;

test.each([
  [
    "quotes that are escaped",
    String.raw`--attributes "{\"RedrivePolicy\":\"{\\\"deadLetterTargetArn\\\":\\\"\${DEAD}\\\",\\\"maxReceiveCount\\\":3}\"}"`,
  ],
  [
    "quotes of both kinds",
    String.raw`--attributes '{"RedrivePolicy":"{\"deadLetterTargetArn\":\"'"$DEAD"'\",\"maxReceiveCount\":3}"}'`,
  ],
])("a dead-letter queue whose ARN was looked up, between %s", async (_what, attributes) => {
  using project = new TestProject({
    "init.sh": `${DEAD}awslocal sqs create-queue --queue-name jobs ${attributes.replace("\\${", "${")}\n`,
  });
  const { inventory } = await project.analyse();
  expect(inventory.edges.map(({ from, to, operation }) => `${from} ${to} ${operation}`)).toEqual([
    "queue:jobs queue:jobs-dead after 3 receives",
  ]);
});

test.each([
  ['"arn:aws:sqs:$REGION:000000000000:jobs"', ["subscription topic:events queue:jobs"]],
  ['"arn:aws:sqs:${REGION}:$ACCOUNT:jobs"', ["subscription topic:events queue:jobs"]],
  ['"arn:aws:sqs:eu-west-1:000000000000:$NAME"', ["subscription topic:events unresolved:queue:not named here"]],
])("an ARN with parts that are not known: %s", async (endpoint, expected) => {
  using project = new TestProject({
    "init.sh": `aws sns subscribe --topic-arn arn:aws:sns:eu-west-1:1:events --protocol sqs --notification-endpoint ${endpoint}\n`,
  });
  const { inventory } = await project.analyse();
  expect(inventory.edges.map(({ role, from, to }) => `${role} ${from} ${to}`)).toEqual(expected);
});
