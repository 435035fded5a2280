// A server that answers SendMessage as SQS does and does nothing else, in its own process.
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { tell, workerInput } from "../../worker-process.ts";

/** What the server is started with. */
export interface AwsEndpointInput {
  /** The body of every message, whose MD5 the SDK checks in the answer. */
  readonly messageBody: string;
}

/** What the server tells when it listens. */
export interface AwsEndpointReady {
  readonly endpoint: string;
}

const { messageBody }: AwsEndpointInput = JSON.parse(workerInput());
const answer = JSON.stringify({
  MessageId: "5fea7756-0ea4-451a-a703-a558b933e274",
  MD5OfMessageBody: createHash("md5").update(messageBody).digest("hex"),
});
const headers = {
  "content-type": "application/x-amz-json-1.0",
  "content-length": answer.length,
  "x-amzn-requestid": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
};

const server = createServer((request, response) => {
  request.resume();
  request.on("end", () => response.writeHead(200, headers).end(answer));
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) tell({ endpoint: `http://127.0.0.1:${address.port}` });
});
