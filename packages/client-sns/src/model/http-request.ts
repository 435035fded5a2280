/** AMQP `type` of the message that has a worker ask an endpoint to confirm; its content is the token. */
export const CONFIRMATION_TYPE = "warrenmq.sns.confirmation";
