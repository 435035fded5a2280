import { QueueDoesNotExist, SendMessageCommand, SQSClient, SQSServiceException } from "@aws-sdk/client-sqs";
import type { SQSClientConfig } from "@aws-sdk/client-sqs";
import * as old from "@aws-sdk/client-sqs-3.600";
import { resolveClientConfig } from "./client-config.ts";
import type { ExceptionTable } from "./exception-table.ts";
import type { CallContext, Operation, OperationTable } from "./operation.ts";
import { attachSeam } from "./seam.ts";

/** Two of SQS's exceptions, for operations that only exist in tests. */
export const exceptions: ExceptionTable = {
  base: SQSServiceException,
  namespace: "com.amazonaws.sqs",
  queryCompatible: true,
  modelled: {
    QueueDoesNotExist: {
      exception: QueueDoesNotExist,
      code: "AWS.SimpleQueueService.NonExistentQueue",
      httpStatus: 400,
    },
  },
  unmodelled: { MissingParameter: { httpStatus: 400, shape: "MissingRequiredParameterException" } },
};

/** What an operation was given. */
export interface Seen {
  readonly call: CallContext;
  readonly input: unknown;
}

/** The body of an operation that only exists in tests. */
export type Run = (context: CallContext, input: unknown) => Promise<unknown>;

/** An operation that only exists in tests. */
export function operation(run: Run, settlesOnAbort = false): Operation<CallContext, unknown, unknown> {
  return { status: "supported", difference: "", settlesOnAbort, run };
}

/** AWS's own client with the seam. */
export function attached(operations: OperationTable<CallContext>, config: SQSClientConfig = {}): SQSClient {
  const client = new SQSClient(resolveClientConfig(config));
  attachSeam(client, { serviceName: "SQS", operations, exceptions, contextFor: (call) => call });
  return client;
}

/** A client whose SendMessage answers "m-1" and notes what it was given. */
export function recording(config?: SQSClientConfig): { readonly client: SQSClient; readonly seen: readonly Seen[] } {
  const seen: Seen[] = [];
  const run: Run = async (call, input) => {
    seen.push({ call, input });
    return { MessageId: "m-1" };
  };
  return { client: attached({ SendMessage: operation(run) }, config), seen };
}

/** A command as an application makes it. */
export function send(): SendMessageCommand {
  return new SendMessageCommand({ QueueUrl: "q", MessageBody: "hello" });
}

/** Sends a command object of SDK 3.600. The two copies' types are unrelated, so this goes around them. */
export async function sendFromOldSdk(client: SQSClient, options?: { abortSignal: AbortSignal }): Promise<unknown> {
  const command = new old.SendMessageCommand({ QueueUrl: "q", MessageBody: "from 3.600" });
  return Reflect.apply(client.send.bind(client), undefined, [command, options]);
}
