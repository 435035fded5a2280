import { expect, test } from "vitest";
import { TestProject } from "../test-project.test.support.ts";
import { topologyOf } from "../topology/topology-of.ts";

const STACK =
  'import { Stack } from "aws-cdk-lib";\nimport * as sqs from "aws-cdk-lib/aws-sqs";\nconst stack = new Stack();\nconst queue = new sqs.Queue(stack, "Jobs", { queueName: "jobs" });\nqueue.grantSendMessages(role);\n';

test.each([["test/stack.test.ts"], ["test/integration/stack.ts"], ["packages/infra/__tests__/stack.ts"]])(
  "a stack that only tests make is no part of the system: %s",
  async (name) => {
    using project = new TestProject({ [name]: STACK });
    const { inventory, findings } = await project.analyse();
    expect(inventory.nodes).toEqual([]);
    expect(topologyOf(inventory).topology.queues).toEqual([]);
    expect(findings).toEqual([]);
  },
);

test("a stack beside them is", async () => {
  using project = new TestProject({ "infra/stack.ts": STACK });
  const { inventory } = await project.analyse();
  expect(topologyOf(inventory).topology.queues).toEqual([{ name: "jobs" }]);
});

test("a name that spreads over lines in the code stands on one in the inventory", async () => {
  using project = new TestProject({
    "infra/stack.ts": STACK.replace("role", "factory\n      .role(\n        1,\n      )"),
  });
  const { inventory } = await project.analyse();
  expect(inventory.nodes.map(({ label }) => label)).toContain("factory .role( 1, )");
});
