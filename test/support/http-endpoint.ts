import { createServer } from "node:http";
import type { IncomingHttpHeaders, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll } from "vitest";

/** One request that an endpoint got. */
export interface ReceivedRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** `performance.now()` of its arrival. */
  readonly atMs: number;
}

/** An HTTP server on this machine that subscribes to topics. */
export interface HttpEndpoint {
  readonly url: string;
  /** All requests, in order. */
  readonly requests: ReceivedRequest[];
  /** Those that are notifications. */
  notifications(): readonly ReceivedRequest[];
  /** The request to confirm the subscription of a topic, once it is there. */
  confirmation(topicArn: string): ReceivedRequest | undefined;
  /** Decides the status of each answer; 200 unless set. */
  answer: (request: ReceivedRequest) => number | Promise<number>;
}

/** Starts an endpoint that is stopped after the test file. */
export async function startHttpEndpoint(): Promise<HttpEndpoint> {
  const endpoint: HttpEndpoint & { url: string } = {
    url: "",
    requests: [],
    notifications: () =>
      endpoint.requests.filter(({ headers }) => headers["x-amz-sns-message-type"] === "Notification"),
    confirmation: (topicArn) =>
      endpoint.requests.find(
        ({ headers }) =>
          headers["x-amz-sns-message-type"] === "SubscriptionConfirmation" &&
          headers["x-amz-sns-topic-arn"] === topicArn,
      ),
    answer: () => 200,
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const received = { headers: request.headers, body: Buffer.concat(chunks).toString(), atMs: performance.now() };
      endpoint.requests.push(received);
      void Promise.resolve(endpoint.answer(received)).then((status) => response.writeHead(status).end());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterAll(() => stop(server));
  // Boundary: a TCP server's address is always an AddressInfo.
  const { port } = Object(server.address()) satisfies AddressInfo;
  endpoint.url = `http://127.0.0.1:${port}/sns`;
  return endpoint;
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
