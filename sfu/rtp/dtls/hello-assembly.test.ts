import t from 'tap';
import { HelloAssembly } from './hello-assembly.js';
import { messageType, type Fragment } from './record.js';

const body = Buffer.from(Array.from({ length: 1800 }, (_, n) => n & 0xff));

function piece(offset: number, end: number, whole = body): Fragment {
  return {
    ...{ type: messageType.clientHello, messageSequence: 0, length: whole.length, offset },
    bytes: whole.subarray(offset, end),
  };
}

void t.test('a hello in one piece, in two, in any order, twice', async t => {
  const hellos = new HelloAssembly();
  t.same(hellos.push(piece(0, 1800), 'a'), body);
  t.equal(hellos.push(piece(0, 1100), 'a'), undefined);
  t.same(hellos.push(piece(1100, 1800), 'a'), body);
  t.equal(hellos.push(piece(1100, 1800), 'a'), undefined, 'said again');
  t.same(hellos.push(piece(0, 1100), 'a'), body);
});

void t.test('pieces of two clients do not mix; few are kept, and none too long', async t => {
  const hellos = new HelloAssembly();
  hellos.push(piece(0, 1100), 'a');
  t.equal(hellos.push(piece(1100, 1800), 'b'), undefined);
  t.same(hellos.push(piece(1100, 1800), 'a'), body);
  hellos.push(piece(0, 1100), 'a');
  for (const flood of ['1', '2', '3', '4']) hellos.push(piece(0, 10), flood);
  t.equal(hellos.push(piece(1100, 1800), 'a'), undefined, 'the oldest is forgotten');
  const long = Buffer.alloc(5000);
  t.equal(hellos.push(piece(0, 2500, long), 'c'), undefined);
  t.equal(hellos.push(piece(2500, 5000, long), 'c'), undefined);
});
