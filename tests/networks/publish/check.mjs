// Checks what Fairfloor publishes with Bluesky's own code. Reads JSON from standard input, prints what it found.
// Anything that a lexicon refuses throws, and its message is what the test shows.

import { readFileSync } from 'node:fs'
import { jsonToLex, lexicons } from '@atproto/api'
import { Secp256k1Keypair, verifySignature } from '@atproto/crypto'
import { getServiceEndpoint, getVerificationMaterial } from '@atproto/common'
import { getDidKeyFromMultibase } from '@atproto/identity'
import { encode } from '@atproto/lex-cbor'

const hex = (bytes) => Buffer.from(bytes).toString('hex')
const given = JSON.parse(readFileSync(0, 'utf8'))
const found = {}

for (const { nsid, body } of given.outputs ?? []) lexicons.assertValidXrpcOutput(nsid, jsonToLex(body))
for (const { nsid, record } of given.records ?? []) lexicons.assertValidRecord(nsid, jsonToLex(record))

// Labels as JSON: their DAG-CBOR without the signature, and whether the signature is right (and low-S: others are refused).
found.labels = []
for (const json of given.labels ?? []) {
  const { sig, ...label } = jsonToLex(json)
  const bytes = encode(label)
  found.labels.push({ cbor: hex(bytes), verified: await verifySignature(given.key, bytes, sig) })
}

// What Bluesky's own key does with the same private key and bytes.
if (given.sign) {
  const pair = await Secp256k1Keypair.import(given.sign.private)
  found.did = pair.did()
  found.signatures = []
  for (const message of given.sign.messages) found.signatures.push(hex(await pair.sign(Buffer.from(message, 'hex'))))
}

// What an app view reads in a DID's document about its labeler.
if (given.resolve) {
  const document = await (await fetch(`${given.resolve.plc}/${given.resolve.did}`)).json()
  const material = getVerificationMaterial(document, 'atproto_label')
  found.document = document
  found.key = material ? getDidKeyFromMultibase(material) : null
  found.labeler = getServiceEndpoint(document, { id: '#atproto_labeler', type: 'AtprotoLabeler' }) ?? null
}

console.log(JSON.stringify(found))
