import { expect, it } from "vitest";
import { runReportJsonSchema } from "./run-report-schema.ts";

// After a change: npx vitest run --project unit bench/src/results/run-report-schema.test.ts --update
it("the JSON Schema that is published is that of the code", async () => {
  await expect(runReportJsonSchema()).toMatchFileSnapshot("../../schema/run-report.schema.json");
});
