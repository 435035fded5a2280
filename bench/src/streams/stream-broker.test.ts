import { expect, test } from "vitest";
import { withoutNpmClient } from "./stream-broker.ts";

test("a broker that is too old for the npm client is told apart, and why", () => {
  expect(withoutNpmClient("3.10.8")?.notMeasured).toMatch(/^cannot be measured on RabbitMQ 3\.10\.8: .* needs 3\.11/u);
});

test.each(["3.11.0", "4.0.5", "4.3.6"])("the npm client talks to RabbitMQ %s", (version) => {
  expect(withoutNpmClient(version)).toBeUndefined();
});
