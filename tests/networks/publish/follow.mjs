// Follows a labeler with the client that Bluesky's own services follow labelers with.
// Arguments: the service (ws://...), a cursor or '', how many labels, the labeler's key (a did:key).

import { lexicons } from '@atproto/api'
import { verifySignature } from '@atproto/crypto'
import { encode } from '@atproto/lex-cbor'
import { Subscription } from '@atproto/xrpc-server'

const [service, cursor, number, key] = process.argv.slice(1)
const method = 'com.atproto.label.subscribeLabels'
const following = new Subscription({
  service,
  method,
  getParams: () => (cursor === '' ? {} : { cursor: Number(cursor) }),
  validate: (message) => lexicons.assertValidXrpcMessage(method, message),
})
const heard = []
try {
  for await (const { seq, labels } of following) {
    for (const { $type, sig, ...label } of labels) {
      heard.push({ seq, uri: label.uri, val: label.val, neg: !!label.neg, ok: await verifySignature(key, encode(label), sig) })
    }
    if (heard.length >= Number(number)) break
  }
} catch (error) {
  heard.push({ error: error.error ?? error.message })
}
console.log(JSON.stringify(heard))
process.exit(0)
