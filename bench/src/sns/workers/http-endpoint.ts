// An HTTP endpoint that confirms its subscription and answers every notification, in a process of its own.
import { createServer } from "node:http";
import { tell } from "../../worker-process.ts";

/** What the endpoint tells when it listens. */
export interface HttpEndpointReady {
  readonly endpoint: string;
}

const server = createServer((request, response) => {
  if (request.headers["x-amz-sns-message-type"] === "SubscriptionConfirmation") {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { SubscribeURL }: { SubscribeURL: string } = JSON.parse(Buffer.concat(chunks).toString());
      void fetch(SubscribeURL);
      response.end();
    });
    return;
  }
  request.resume();
  request.on("end", () => response.end());
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) tell({ endpoint: `http://127.0.0.1:${address.port}` });
});
