// A real Bluesky PDS and the PLC directory it registers accounts with, on loopback, for tests.
// Arguments: the folder for data, the admin's password (its keys follow from that), and the ports of both, 0 for any.
// It prints {"pds", "plc"} when both answer, and ends when its standard input does: so nothing is left running, however
// the test that started it ends.

import { createHash } from 'node:crypto'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { PDS, envToCfg, envToSecrets } from '@atproto/pds'
import plc from '@did-plc/server'

const LOOPBACK = '127.0.0.1'
const [data, adminPassword, ...ports] = process.argv.slice(1)

// Both configure themselves by a port number before they listen, so one is asked for and given back.
async function freePort(wanted) {
  if (wanted !== '0') return Number(wanted)
  const probe = createServer().listen(0, LOOPBACK)
  await once(probe, 'listening')
  const { port } = probe.address()
  probe.close()
  await once(probe, 'close')
  return port
}

// Neither lets us say on which address to listen.
function loopbackOnly(app) {
  const listen = app.listen.bind(app)
  app.listen = (port) => listen(port, LOOPBACK)
}

const directory = plc.PlcServer.create({ db: new plc.MockDatabase(), port: await freePort(ports[1]) })
loopbackOnly(directory.app)
await directory.start()
// By name: the server fetches nothing from an address of numbers.
const plcUrl = `http://localhost:${directory.ctx.port}`

const secret = (name) => createHash('sha256').update(name + adminPassword).digest('hex')
const port = await freePort(ports[0])
const settings = {
  port,
  hostname: 'localhost',
  devMode: true,
  dataDirectory: data,
  blobstoreDiskLocation: `${data}/blobs`,
  didPlcUrl: plcUrl,
  inviteRequired: false,
  rateLimitsEnabled: false,
  maxSubscriptionBuffer: 5000,
  jwtSecret: secret('jwt'),
  dpopSecret: secret('dpop'),
  adminPassword,
  plcRotationKeyK256PrivateKeyHex: secret('plc'),
}
const pds = await PDS.create(envToCfg(settings), envToSecrets(settings))
loopbackOnly(pds.app)
await pds.start()

process.stdin.resume()
process.stdin.on('close', () => process.exit(0))
console.log(JSON.stringify({ pds: `http://${LOOPBACK}:${port}`, plc: plcUrl }))
