/** What became of one attempt to deliver a message over HTTP. */
export interface DeliveryEvent {
  readonly outcome: "delivered" | "retrying" | "dead-lettered" | "dropped";
  readonly subscriptionArn: string;
  readonly messageId: string;
  /** 1 for the first. */
  readonly attempt: number;
  /** Why it failed. */
  readonly reason?: string;
}
