// Types of room frames from the contract. `--check` only compares.
import { readFileSync, writeFileSync } from 'node:fs'
import openapiTS, { astToString } from 'openapi-typescript'

const source = new URL('../../contracts/room-events.schema.json', import.meta.url)
const target = new URL('../src/api/room-frames.d.ts', import.meta.url)

const text = readFileSync(source, 'utf8').replaceAll('"#/$defs/', '"#/components/schemas/')
const { $defs: schemas } = JSON.parse(text)
const types = await openapiTS(
  { openapi: '3.1.0', info: { title: 'Room frames', version: '1' }, paths: {}, components: { schemas } },
  { rootTypes: true, rootTypesNoSchemaPrefix: true, rootTypesKeepCasing: true, defaultNonNullable: false, emptyObjectsUnknown: true },
)
const wanted = `/** Generated from contracts/room-events.schema.json: \`npm run gen:api\`. */\n${astToString(types)}`

if (!process.argv.includes('--check')) writeFileSync(target, wanted)
else if (readFileSync(target, 'utf8') !== wanted) {
  console.error('src/api/room-frames.d.ts is out of date: npm run gen:api')
  process.exit(1)
}
