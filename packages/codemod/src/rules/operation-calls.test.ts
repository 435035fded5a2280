import { expect, test } from "vitest";
import { TestProject } from "../test-project.test.support.ts";

const SEND = 'new SendMessageCommand({ QueueUrl: "jobs", MessageBody: "" });\n';
const FROM_SDK = 'import { SendMessageCommand } from "@aws-sdk/client-sqs";\n';

test.each([
  ["a re-export", 'export { SendMessageCommand } from "@aws-sdk/client-sqs";'],
  ["a star", 'export * from "@aws-sdk/client-sns";\nexport * from "@aws-sdk/client-sqs";'],
  ["an import that is exported", `${FROM_SDK}export { SendMessageCommand };`],
  ["another file", 'export * from "./sqs";'],
])("a command that a package of the project hands on is one: %s", async (_what, text) => {
  using project = new TestProject({
    "package.json": '{ "name": "all", "workspaces": ["libs/*"] }',
    "libs/queues/package.json": '{ "name": "@acme/queues", "main": "dist/index.js" }',
    "libs/queues/src/index.ts": `${text}\n`,
    "libs/queues/src/sqs.ts": 'export { SendMessageCommand } from "@aws-sdk/client-sqs";\n',
    "app.ts": `import { SendMessageCommand } from "@acme/queues";\n${SEND}`,
  });
  const { inventory } = await project.analyse();
  expect(inventory.actors.map(({ file, operation, target }) => [file, operation, target])).toEqual([
    ["app.ts", "SendMessage", { by: "name", name: "jobs" }],
  ]);
});

test.each(["export class SendMessageCommand {}", 'export { SendMessageCommand } from "./queues";', ""])(
  "a command of the project's own is none: %s",
  async (text) => {
    using project = new TestProject({
      "queues.ts": `${text}\n`,
      "app.ts": `import { SendMessageCommand } from "./queues";\n${SEND}`,
    });
    const { inventory } = await project.analyse();
    expect(inventory.actors).toEqual([]);
  },
);
