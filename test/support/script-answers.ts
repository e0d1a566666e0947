/** Facts of a PC as the fleet script writes them. */

/** Output of the script for a healthy PC. */
export const ANSWERS = {
  v: 1,
  t: '2026-11-22T09:00:00Z',
  n: 'PC-042',
  o: ['Microsoft Windows 10 Enterprise', 26_100, 0],
  l: 'en-US',
  e: 0,
  j: ['CONTOSO.com', 'contoso.com', 'contoso.com'],
  a: [['Ethernet', 'contoso.com', 'd', ['10.0.0.42', 'FE80::1%12'], ['10.0.0.1'], ['10.0.0.10']]],
  s: { v: '10.0', n: true },
  x: [
    {
      a: '55c92734-d682-4d71-983e-d6ec3f16059f',
      k: '2YT43',
      t: 'Windows(R) Operating System, VOLUME_KMSCLIENT channel',
      s: 1,
      r: 0,
      i: '73111121-5638-40f6-bc11-f1d7b0d64300',
    },
  ],
  r: { s: { n: 'kms2.contoso.com', l: ['a.contoso.com'], d: -1 }, '0': { p: '1689' } },
  f: { lk: 'access-denied' },
  w: ['Running', 'Auto', 0],
  g: [
    [12288, 60, '0xC004F074,0x00000000,kms1.contoso.com:1688'],
    [8198, 3_600, 'hr=0x8007232B', 'AppId=55c92734-d682-4d71-983e-d6ec3f16059f'],
  ],
  q: ['_vlmcs._tcp.contoso.com SRV', '_vlmcs._tcp SRV', 'kms1.contoso.com A'],
  d: [
    [
      '10.0.0.10',
      '0|S 0 0 1688 KMS1.contoso.com.',
      '3',
      '0|C kms.contoso.com|A 10.0.0.20 @kms.contoso.com',
    ],
  ],
  z: ['0|S 0 0 1688 kms1.contoso.com', null, '!timed-out'],
  p: ['10.0.0.20 1688 k', 'fd00::20 1688 f', '10.0.0.21 1688 !'],
  c: [0.25, 'contoso.com'],
};
