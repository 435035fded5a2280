/** The body of every message: 200 bytes of text. */
export const MESSAGE_BODY: string = '{"orderId":"8f14e45f-ceea-467f-9bd1-1fd0c2a5b2a1","note":"'
  .padEnd(198, "x")
  .concat('"}');

/** The same as bytes, for amqplib. */
export const MESSAGE_CONTENT: Buffer = Buffer.from(MESSAGE_BODY);

/** Ten entries of a SendMessageBatch. */
export const BATCH_ENTRIES: readonly { readonly Id: string; readonly MessageBody: string }[] = Array.from(
  { length: 10 },
  (_, index) => ({ Id: String(index), MessageBody: MESSAGE_BODY }),
);
