import { SQSClient } from "@warrenmq/client-sqs";
import { inject } from "vitest";

/**
 * A client that shares nothing with the others of this process, as if it were in another: clients share what they have by
 * their address, and this address differs in its heartbeat. Its user destroys it.
 */
export function clientOnItsOwn(): SQSClient {
  const url = new URL(inject("brokerUrl"));
  url.searchParams.set("heartbeat", "11");
  return new SQSClient({ rabbitmq: { url: url.href } });
}
