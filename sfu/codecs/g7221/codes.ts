import type { BitReader } from './bit-reader.js';

/**
 * The Huffman codes of ITU-T G.722.1 (tables of §5), each as a walk through its tree: `-` is a branch, first what
 * follows a 0, then what follows a 1; all else is a leaf, in base 36.
 */

/** Of the difference in power from one region to the next: leaves of one digit, for the regions from the second on. */
const envelope = [
  '----89-76--d-3e-54---0-2-1-f-g-h---kl-mn-ijc-ba',
  '-----4---1--0-g-h-i---mnj-klfe25--d3c-a9--8b-76',
  '----a9--g4e--87-f6--c-----2--1-k-0--mnlji3h5-bd',
  '---ba--e-7--i--32-j-1-k--0l-mn-54c---8f9--g-h6d',
  '---cb-d--g-5if---9-76e-a-8-h----k-2-l-0--mn13j4',
  '---b-e8-ca--d9---g--5-4--k-1-0--mnl2-i-3jf-7-6h',
  '-----f----i--j--k---1l-mn-02345h6eb-ad--9--7g8c',
  '-----8--6h-5--i4-j-3--k---mn0-1l29d-ba----7gfec',
  '---ba-c9----6fe-7--5g--h--2-j-k--mnli-4--103-d8',
  '---b--6-5--h3-i--2-k-1--0l-mnj7-ac--9--f-g4e-8d',
  '----9--5--3h--i2--1-k-l--mn0jfb--8e--6-4g7--adc',
  '---d-a-7g-b-f9--e-8---h-------k--0l-mn123j4i56c',
  '---bd---g--7i-6---4-k---13-2l--mn0j5fe-c-a-9-8h',
];

/** Of the coefficients of each category but the last: leaves of two digits. */
const vectors = [
  '---------20191y----2i--4s--4i4j3s2z3k0x---2w2j1q3402----0l--2k--1j2n--2b-2p4v31-4p5306--1n35-1a-11-0q3a-' +
    '-18-09-0b1d-1z-0m-2g--1554--4h2a-4t55---0h----401u37-4a0p--3y-0c-1i---58-3t4x--4w3h-4k3u1x-4b3l-17-0j0v-' +
    '--2c-0n2e----4o-4r-43561e--2x4d--2m--3r32-57--595a3352-0y21-04---24233i-3j0z-010e-----1k-----3q42-2l3p-2' +
    '7-4f301b--1r25-2u13--07--12-1h4q-1f---3d2o29---4546444g--3w2s0k-0t---362f--2h38-394c-2d---0r411g-26---4u' +
    '--473g3f1w28-0f-0g--2q-3x1o-1m---2y0d2v1c---03-1l05--0u----3o1v-4e140o0w--2r-0a1p-08--3z1t2t--16-0i----3' +
    'b-3c3e1s-3m3n-22100s00',
  '-----0b----1z--1t121j050d--1f1e-16-0z070a-01--0c--0x---22-232d1s20-0f-1h0h------0j1l2118-0q1y----2k-1v2l' +
    '1a190o---10-11-1b1c1704-----150e---1r-2j081g14--0w--281i1p--1o-29-09--13----2f2o1x261d1u0n-0k02---0u--0p' +
    '-0r-2i2b-0g0y-0v03-0l---06----24-2m-2e1n0t0s2a-1q-0i--2c-1m--252n1w1k0m00',
  '----01---0a--10-0j170t-0l03---0b0s--0v0c--0w-18-0x190p--040o-0u-0511-08---0n0h0g0e---0f09-02-----0d12-0q' +
    '0k0i--16------14-151b0y1a0r13060z0m0700',
  '--------7s-------2z8p-5d4t--8w93-9h9r---9s3z-ai0j--b7bg-7g1i----2bc9-cacp--d718-2pe7---eb5s-eneo--6lew-f' +
    'c-2c620d3r-0b--by-5v78---4n1v-97eqba---4i----5m6a-4q7f--3q82-9vap---aq1b-em5g1u0w--0g1f-56-5qak------5l6' +
    '9-al-----8u8v-398x--8y8z-634u---6r94-952m--6c5e-6o9a----2u6d-4p9e--9f38-819i---9j9l-9m9n--0n5n-5y9t-----' +
    '--5o64-9x9y--7ca1-a2a3---a5a6-a72k--6t3d-85aj----306g-65an--ao6h-866p---asat-auav--awax-ayaz-----b0b1-b2' +
    '0o--3145-6qb8---1s27-2hbc--bd5x-3c35----bhbi-bj2o--blbm-bnbo---bpbq-br8a--1x7h-bwbx------267i-2gc1--c27j' +
    '-6i77---c6c7-c86b--4zcb-cdce----cf67-6mck--clcm-7l72---6ucq-cr1c--ctcu-cvcx-----cycz-d0d2--d38g-d8d9---d' +
    'a34-ddde--dfdh-didj----dmdn-2v3a--dydz-e059---2le3-e4e5--443v-e8e94h---------8kec-edee--egeh-212q---2n1d' +
    '-ep66--615h-eteu----ev7w-exey--f0f1-f2f3---f5f6-405i--8qfd-5t7r-----fhfi-fkfl--fmfn-fpfq---frfz-g0g1--g2' +
    'g4-g5g69c52-3t-4j7z7o0v--3i4b----15-7y------g7g9-gagb--gegf-gogp334r2s-1p---5c5r-763ub5-7t-----6f71-2j2a' +
    '--4s41-0m8t---2i9w-am4f70-160x--08---2x244m-1l91-------207k-8l99--9ga0-1war---54bk-bv43--c3c5-37dc571o--' +
    '12----e6es-4kfg190l--2e1q-8j-9bbf--050p--4c---8i-4l964d-51b4---3o--047u5p-af-b9--1tcn753m---0646----4g--' +
    '798n-ag-fa-170i-3j----7d1z-8s92--9qbb-420e-0s---2y7b-7q5z--3213-2tah3n-470q-3h----0r-55----3l1r-c45f6e09' +
    '1e----7x-3y--e2er60dw6z50-6y--1k-0f--8ebu-bz-0y7v-----838o-be4o7p2874---01----8c03-4873---2314-8d---ff--' +
    '--gtgu2w875w5a3p1j---11--8m29-2d-b61a4v--8h-5k-4e5u10-----4w--0h-49ci--e1-1y1h--6j2f-2553-3s----8r98-4y1' +
    'm1g-3x---4a7e-1n80--848f-9dc07n0u---0z0a--0c-----58cj-cocs--dx6k-fb-88893kel---5b0k4x-bt--7a0t3w-020700',
  '-----05--02-09-0i-0a---421h5w----0u0r-1747--234a-4c4i---315e-5i5l--3669-6c6d---2g3l10--1u1y0o1s-01---40-' +
    '-2p---3s--3024-4o4p---4w183m3t5s-202129-1x2d00----0k------1c--1d-681k0n14414406---452e---2i-0j49--2q3q0s' +
    '0x-0m--03-1g-5g--1950-0b2y3p0g-04---0w---07-0c--3916-1v2k---125d22-0d38--2w-4h-3546---5t--5x-3x3y2f0t0q-' +
    '-3o2h081t---2c0l-1w-3k---5c--2u--255h2l2x---484l344g0p--0h--2o-2t-2a---2b-1z--2m3g-2n43----373h-1i1j--2z' +
    '1m-134b---3d4d-4e2v--0e3e-4j1f-----1l4m-4n1a--324q-4s4t---1p4x-4y2r--5152-5455----3a0z-0f5f--0v1o-3r5j--' +
    '-5k27-5m5o--5p3b-2j5u--11-4k------5v26-3c5y--5z60-6162---6465-1e3u--6a3v-3w6e----6g6h-6o6p--6s6t3n0y152s' +
    '28',
  '--00--2901-----3a--1r-40-5a1u--1c-0x5c072l2i-0a0u-30--2d33-11-2m--0f-1l---60372s-12320i----04--0v-344i0s' +
    '0r-0309-----2j------0m3s-1j3v-2u16-4l--5l-3b3f3i-19-0g5i-06----1s5d0t-3l1a-0b-2e0e3910-0c-0d--02----360w' +
    '2r0l05--3r---4s--2n-3e351d2b-0j--4v5j1m----0y3u----3g3h-1v18--3k1x-2y3n---3o3p-1p21--3t38-2h3w-----3x3y-' +
    '0n0p--420h-2w45---4647-1g4a--4c4d-241y----4k1f-204n--4o4p-1b0k---4t1n-2t4w--4x4y-1w51------5354-0z1o--5b' +
    '2q-1k5e---5f5g-231t--5k2x-5m5n----5o5p-5r5s--5u5v-1e61---6364-696a--6c6d49--3j4m-4u--5008-2p0o--2a-13-14' +
    '3c----3d59---4j-2f--2v2k-173m----4143-4415-2g2o4r1i312c',
  '-------0i--0p0d0s0o-030c0g-0108--0204---06---0l-0r-0n0v07-0e0m---0q0b---0f0t0u0j0k--0a05-0h0900',
];

/** Two places a branch, for 0 and 1: another branch's index, or a leaf as `-1 - value`. */
type Tree = Int16Array;

export const noCode = -1;

export const envelopeCodes = envelope.map(walk => treeOf(walk, 1));
export const vectorCodes = vectors.map(walk => treeOf(walk, 2));

/** The value of the next code word; `noCode` where the bits end in it. */
export function readCode(tree: Tree, bits: BitReader): number {
  let branch = 0;
  while (branch >= 0) {
    if (bits.left < 1) return noCode;
    branch = tree[2 * branch + bits.read(1)]!;
  }
  return -1 - branch;
}

function treeOf(walk: string, digits: number): Tree {
  const places: number[] = [];
  let at = 0;
  const next = (): number => {
    if (walk[at] !== '-') {
      const value = Number.parseInt(walk.slice(at, at + digits), 36);
      at += digits;
      return -1 - value;
    }
    at++;
    const branch = places.length / 2;
    places.push(0, 0);
    places[2 * branch] = next();
    places[2 * branch + 1] = next();
    return branch;
  };
  next();
  return Int16Array.from(places);
}
