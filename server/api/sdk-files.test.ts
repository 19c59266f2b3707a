import fs from 'node:fs';
import path from 'node:path';
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import t from 'tap';
import { projectRoot } from '../../base/project.js';
import { openApi } from './documentation.js';

const folder = path.join(projectRoot, 'clients/sdk');
const head = `// Made by server/api/sdk-files.test.ts from the OpenAPI document:
// AMPHI_WRITE_SDK=1 node build/server/api/sdk-files.test.js
`;
interface Documented {
  paths: Record<string, Record<string, { operationId: string; responses: Record<string, object> }>>;
}

/** What `clients/sdk` has to hold, by file name. */
async function filesOf(document: Documented): Promise<Record<string, string>> {
  const routes: string[] = [];
  for (const [address, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      routes.push(`  ${operation.operationId}: ['${method.toUpperCase()}', '${address}'],`);
      // They are all the same Problem, which the client throws.
      for (const status of ['4XX', '503']) delete operation.responses[status];
    }
  }
  const types = astToString(await openapiTS(document as unknown as OpenAPI3));
  return {
    'openapi.d.ts': `${head}${types}`,
    'routes.ts': [
      `${head}import type { operations } from './openapi.js';\n`,
      '/** Method and path of every operation. */',
      'export const routes = {',
      ...routes,
      '} as const satisfies Partial<Record<keyof operations, readonly [method: string, path: string]>>;\n',
    ].join('\n'),
  };
}

void t.test('the client that is checked in is made of the document of now', async t => {
  const document = JSON.parse(JSON.stringify(openApi('/api/v1'))) as Documented;
  for (const [name, text] of Object.entries(await filesOf(document))) {
    const file = path.join(folder, name);
    if (process.env.AMPHI_WRITE_SDK === '1') fs.writeFileSync(file, text);
    t.ok(fs.readFileSync(file, 'utf8') === text, `${name}: if not, see its first lines`);
  }
});
