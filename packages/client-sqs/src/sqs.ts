import { SQS as AwsSQS } from "@aws-sdk/client-sqs";
import type { SQSClient as AwsSQSClient } from "@aws-sdk/client-sqs";
import { SQSClient } from "./sqs-client.ts";
import type { SQSClientConfig } from "./sqs-client.ts";

/** The methods by which AWS's aggregated class goes beyond its client: one an operation, and the paginators. */
type AggregatedMethods = Pick<AwsSQS, Exclude<keyof AwsSQS, keyof AwsSQSClient>>;

/**
 * `SQS` of `@aws-sdk/client-sqs`, answered by RabbitMQ: `sqs.sendMessage(input)` for `client.send(new SendMessageCommand(input))`.
 * @public
 */
export type SQS = SQSClient & AggregatedMethods;

class AggregatedSQS extends SQSClient {}

// AWS's own methods, which call `this.send`. The class keeps the name that tracers know.
const { constructor: _constructor, ...methods } = Object.getOwnPropertyDescriptors(AwsSQS.prototype);
Object.defineProperties(AggregatedSQS.prototype, methods);
Object.defineProperty(AggregatedSQS, "name", { value: "SQS" });

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the methods are added to the prototype at run time, as the SDK itself does
export const SQS = AggregatedSQS as unknown as new (config?: SQSClientConfig) => SQS;
