import { startBroker } from "@warrenmq/testing";
import type { Broker } from "@warrenmq/testing";
import type { NotMeasured } from "../method/figure.ts";

/** The first version that `rabbitmq-stream-js-client` can talk to. */
const NPM_CLIENT_NEEDS = [3, 11] as const;

/**
 * Starts a broker with the stream protocol, whatever `RABBITMQ_URL` says: of the version of `WARRENMQ_BROKER_VERSION`, else a
 * 4.3, because most of what is measured on it is compared with the npm client.
 */
export async function startStreamBroker(): Promise<Broker> {
  const isChosen = (process.env["WARRENMQ_BROKER_VERSION"] ?? "") !== "";
  return startBroker({ plugins: ["rabbitmq_stream"], ...(isChosen ? {} : { version: "4.3" }) });
}

/** Why a figure beside the npm client cannot be had on a broker of that version; `undefined` where it can. */
export function withoutNpmClient(version: string): NotMeasured | undefined {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [needsMajor, needsMinor] = NPM_CLIENT_NEEDS;
  if (major > needsMajor || (major === needsMajor && minor >= needsMinor)) return undefined;
  const needed = NPM_CLIENT_NEEDS.join(".");
  return {
    notMeasured: `cannot be measured on RabbitMQ ${version}: rabbitmq-stream-js-client needs ${needed}, and throws where nobody can catch`,
  };
}
