import { SNS as AwsSNS } from "@aws-sdk/client-sns";
import type { SNSClient as AwsSNSClient } from "@aws-sdk/client-sns";
import { SNSClient } from "./sns-client.ts";
import type { SNSClientConfig } from "./sns-client.ts";

/** The methods by which AWS's aggregated class goes beyond its client: one an operation, and the paginators. */
type AggregatedMethods = Pick<AwsSNS, Exclude<keyof AwsSNS, keyof AwsSNSClient>>;

/**
 * `SNS` of `@aws-sdk/client-sns`, answered by RabbitMQ: `sns.publish(input)` for `client.send(new PublishCommand(input))`.
 * @public
 */
export type SNS = SNSClient & AggregatedMethods;

class AggregatedSNS extends SNSClient {}

// AWS's own methods, which call `this.send`. The class keeps the name that tracers know.
const { constructor: _constructor, ...methods } = Object.getOwnPropertyDescriptors(AwsSNS.prototype);
Object.defineProperties(AggregatedSNS.prototype, methods);
Object.defineProperty(AggregatedSNS, "name", { value: "SNS" });

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the methods are added to the prototype at run time, as the SDK itself does
export const SNS = AggregatedSNS as unknown as new (config?: SNSClientConfig) => SNS;
