import { randomUUID } from "node:crypto";
import { throwIfAborted, untilAborted } from "./abort.ts";
import type { MessagingConventions } from "../telemetry/messaging-call.ts";
import { isObserved, observeCall } from "../telemetry/observe-call.ts";
import { AWS_TRACE_HEADER, type PropagationHeaders } from "../telemetry/propagation.ts";
import { callMetadata } from "./call-metadata.ts";
import type { ExceptionTable } from "./exception-table.ts";
import { OperationError } from "./operation-error.ts";
import type { CallContext, Operation, OperationTable } from "./operation.ts";
import type { Answer, PendingCall } from "./pending-call.ts";
import { toServiceException } from "./service-exception.ts";

/** What it takes to answer the calls of one client. */
export interface Answering<Context> {
  /** The service's name as AWS writes it ("SQS"). */
  readonly serviceName: string;
  readonly operations: OperationTable<Context>;
  readonly exceptions: ExceptionTable;
  /** Makes what an operation runs on. May throw (an OperationError or RabbitError); the call is then rejected with it. */
  contextFor(call: CallContext): Context;
  /** How the service's calls about messages are told to OpenTelemetry. */
  readonly conventions?: MessagingConventions;
}

/** Runs the operation of one call and shapes its output or failure as the SDK does. */
export function answerCall<Context>(
  answering: Answering<Context>,
  pending: PendingCall,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const requestId = randomUUID();
  if (!isObserved()) return answer(answering, pending, { signal, requestId, propagation: undefined });
  const { serviceName: service, conventions } = answering;
  const { operationName, input } = pending;
  return observeCall({ service, operationName, input, requestId, conventions }, (propagation) =>
    answer(answering, pending, { signal, requestId, propagation }),
  );
}

interface CallFacts {
  readonly signal: AbortSignal | undefined;
  readonly requestId: string;
  readonly propagation: PropagationHeaders | undefined;
}

async function answer<Context>(
  answering: Answering<Context>,
  { operationName, input, traceHeader }: PendingCall,
  { signal, requestId, propagation }: CallFacts,
): Promise<Answer> {
  throwIfAborted(signal);
  try {
    const operation = findOperation(answering, operationName);
    const call = { signal, requestId, propagation, traceHeader: traceHeader ?? propagation?.[AWS_TRACE_HEADER] };
    const work = operation.run(answering.contextFor(call), input);
    const output = await (operation.settlesOnAbort === true ? work : untilAborted(work, signal));
    return succeeded(output, requestId);
  } catch (error) {
    throwIfAborted(signal);
    throw toServiceException(error, answering.exceptions, requestId, operationName);
  }
}

function findOperation<Context>(
  { serviceName, operations }: Answering<Context>,
  name: string,
): Operation<Context, unknown, unknown> {
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (operation !== undefined && operation.status !== "unsupported") return operation;
  const reason = operation?.difference ? ` ${operation.difference}` : "";
  const table = `docs/support/${serviceName.toLowerCase()}.md`;
  throw new OperationError(
    "UnsupportedOperation",
    `${serviceName} ${name} is not supported on RabbitMQ.${reason} The support table is ${table} in the WarrenMQ repository.`,
  );
}

function succeeded(output: unknown, requestId: string): Answer {
  const $metadata = callMetadata(200, requestId);
  return {
    output: typeof output === "object" ? { $metadata, ...output } : { $metadata },
    response: { statusCode: 200, headers: { "x-amzn-requestid": requestId } },
  };
}
