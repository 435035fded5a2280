import { expect, test } from "vitest";
import { TestProject } from "../test-project.test.support.ts";

test.each([
  ["try { await sent.promise(); } catch ({ code, message }) { log(code, message); }", ["code is undefined in v3"]],
  [
    "try { await sent.promise(); } catch (e) { const { statusCode } = e; log(statusCode); }",
    ["statusCode is undefined in v3: see $metadata"],
  ],
  ["sent.promise().catch(({ code }) => log(code));", ["code is undefined in v3"]],
  ["const kept = sent.promise();\nkept.then(log).catch((e) => log(e.code));", ["e.code is undefined in v3"]],
  [
    'const kept = sent.promise();\ntry { await kept; } catch (e) { if (e.code === "OverLimit") log(e); }',
    ["e.code is undefined in v3"],
  ],
  ["try { await sent.promise(); } catch ({ message }) { log(message); }", []],
])("what is taken from an error of v2 is told: %s", async (text, details) => {
  const call = 'sqs.sendMessage({ QueueUrl: "jobs", MessageBody: "" })';
  using project = new TestProject({
    "a.mjs": `import { SQS } from "aws-sdk";\nconst sqs = new SQS({});\n${text.replace("sent", call)}\n`,
  });
  const { findings } = await project.analyse();
  expect(findings.filter(({ code }) => code === "ERROR_CODE").map(({ detail }) => detail)).toEqual(details);
});
