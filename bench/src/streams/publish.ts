import { runClosedLoop } from "../method/closed-loop.ts";
import { compare } from "../method/compare.ts";
import type { Side } from "../method/compare.ts";
import { perSecond } from "../method/round.ts";
import type { Scenario } from "../method/scenario.ts";
import { npmPublisher, openNpmClient } from "./npm-client.ts";
import { openRawPublisher } from "./raw-publisher.ts";
import { withoutNpmClient } from "./stream-broker.ts";
import { BATCH, BATCHES_IN_FLIGHT, batchOf, openStreamBench } from "./stream-bench.ts";

/** Batches of 500 messages, against frames that were encoded beforehand and against the npm client. */
export function publishScenario(bytes: number): Scenario {
  const title = `messages/s of ${bytes} B in batches of ${BATCH}, ${BATCHES_IN_FLIGHT} unconfirmed`;
  const raw = {
    name: `publish-${bytes}-raw`,
    title: `${title}, ÷ that of pre-encoded frames on a raw socket`,
    unit: "×",
    target: { atLeast: 0.6 },
  };
  const npm = {
    name: `publish-${bytes}-npm`,
    title: `${title}, ÷ that of rabbitmq-stream-js-client`,
    unit: "×",
    target: { atLeast: 2.5 },
  };
  return {
    name: `publish-${bytes}`,
    figures: [raw, npm],
    measure: async (bench) => {
      await using on = await openStreamBench();
      const messages = batchOf(bytes);
      const bodies = messages.map(({ body }) => body);
      const publisher = await on.client.publisher(on.stream);
      await using rawPublisher = await openRawPublisher(on.port, on.stream, bodies);
      const side = (name: string, call: () => Promise<unknown>): Side => ({
        name,
        round: () =>
          runClosedLoop({
            inFlight: BATCHES_IN_FLIGHT,
            durationMs: bench.effort.roundMs,
            messagesPerCall: BATCH,
            call,
          }),
      });
      const subject = side("warrenmq", () => publisher.publish(messages));
      const baseline = side("raw", () => rawPublisher.publish());
      const { brokerVersion } = on;
      const toRaw = { ...(await compare(bench, { subject, baseline, metric: perSecond })), brokerVersion };
      const unmeasurable = withoutNpmClient(brokerVersion);
      if (unmeasurable !== undefined) return { [raw.name]: toRaw, [npm.name]: unmeasurable };
      const client = await openNpmClient(on.port);
      const publishNpm = await npmPublisher(client, on.stream, bodies);
      const toNpm = await compare(bench, {
        subject,
        baseline: side("npm", publishNpm),
        beside: baseline,
        metric: perSecond,
      });
      await client.close();
      return { [raw.name]: toRaw, [npm.name]: { ...toNpm, brokerVersion } };
    },
  };
}
