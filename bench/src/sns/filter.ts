import { attributeValues, compileFilter } from "@warrenmq/client-sns/internal";
import type { FigureSpec } from "../method/figure.ts";
import { interleave } from "../method/interleave.ts";
import { rates } from "../method/round.ts";
import type { Round } from "../method/round.ts";
import type { Scenario } from "../method/scenario.ts";
import { median, spread } from "../method/statistics.ts";
import { startClock } from "../method/stopwatch.ts";

const MESSAGES = 100_000;

const figure: FigureSpec = {
  name: "filter",
  title: "Messages a second whose attributes are held against a policy of five clauses",
  unit: "messages/s",
  target: { atLeast: 500_000 },
};

/** One clause of each common kind; all five must be looked at, because the message passes. */
const POLICY = {
  store: ["berlin", "hamburg"],
  event: [{ prefix: "order_" }],
  price: [{ numeric: [">=", 100, "<", 500] }],
  customer: [{ "anything-but": ["test", "internal"] }],
  coupon: [{ exists: false }],
};

const ATTRIBUTES = [
  { name: "store", dataType: "String", value: "hamburg" },
  { name: "event", dataType: "String", value: "order_placed" },
  { name: "price", dataType: "Number", value: "120.50" },
  { name: "customer", dataType: "String", value: "4711" },
];

/** Without a broker: what a filter costs a publisher for each subscription that has one. */
export const filter: Scenario = {
  name: figure.name,
  figures: [figure],
  measure: async ({ effort: { rounds, warmUpRounds }, progress, signal }) => {
    progress.expect(rounds + warmUpRounds);
    const [results = []] = await interleave([evaluate], {
      rounds,
      warmUpRounds,
      signal,
      onTurn: () => progress.advance(),
    });
    const perSecond = results.map((round) => round.perSecond);
    const cpuUs = median(results.map((round) => round.cpuUs));
    return { [figure.name]: { value: median(perSecond), spread: spread(perSecond), details: { warrenmq: { cpuUs } } } };
  },
};

async function evaluate(): Promise<Round> {
  const compiled = compileFilter(JSON.stringify(POLICY), "MessageAttributes");
  if (compiled?.scope !== "MessageAttributes") throw new Error("no filter");
  const elapsed = startClock();
  let passed = 0;
  for (let message = 0; message < MESSAGES; message++) if (compiled.test(attributeValues(ATTRIBUTES))) passed += 1;
  if (passed !== MESSAGES) throw new Error("a message did not pass");
  return rates(MESSAGES, elapsed());
}
