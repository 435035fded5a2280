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
