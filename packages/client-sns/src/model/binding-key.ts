/** The routing key under which native publishers reach every subscription of a topic that has no filter policy. */
export const COMMON_KEY = "";

/**
 * The routing key of a subscription at its topic's exchange, for as long as it exists: what changes about the
 * subscription (its filter, its format) changes what publishers send to this key, and no binding. 48 random bits of its
 * id in eight characters, because a publish names the key of every subscription that it is for.
 */
export function bindingKey(subscriptionId: string): string {
  return Buffer.from(subscriptionId.slice(-12), "hex").toString("base64url");
}

/** The queue of what tells endpoints that their subscription over HTTP was cancelled. */
export const CANCELLATIONS_QUEUE = "warrenmq.sns.http-cancellations";

/** The queue in which the messages of a subscription over HTTP wait for a delivery worker. */
export function httpQueueName(subscriptionId: string): string {
  return `warrenmq.sns.http.${subscriptionId}`;
}
