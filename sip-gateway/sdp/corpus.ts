/**
 * Offers in the known form of real devices, for tests. Written by hand after public traces and documents;
 * addresses, names and keys are invented. The comment names whose form it is and what is peculiar in it.
 */
const crlf = (lines: string): string => lines.trim().split('\n').join('\r\n') + '\r\n';

export const corpus: Record<string, string> = {
  /** Polycom RealPresence Group: session b=, mode 1 and 0, high profile with max-*, BFCP, slides, FECC. */
  polycomGroup: crlf(`
v=0
o=Room 1445430321 0 IN IP4 192.0.2.20
s=-
c=IN IP4 192.0.2.20
b=AS:2048
t=0 0
m=audio 49170 RTP/AVP 115 102 9 15 0 8 101
a=rtpmap:115 G7221/32000
a=fmtp:115 bitrate=48000
a=rtpmap:102 G7221/16000
a=fmtp:102 bitrate=32000
a=rtpmap:9 G722/8000
a=rtpmap:15 G728/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=sendrecv
m=video 49172 RTP/AVP 109 110 111 96 34 31
b=TIAS:1920000
a=rtpmap:109 H264/90000
a=fmtp:109 profile-level-id=42801f; max-mbps=245000; max-fs=8160; sar-supported=13; packetization-mode=1
a=rtpmap:110 H264/90000
a=fmtp:110 profile-level-id=42801f; max-mbps=245000; max-fs=8160; sar-supported=13
a=rtpmap:111 H264/90000
a=fmtp:111 profile-level-id=64001f; packetization-mode=1; max-mbps=245000; max-fs=8160
a=rtpmap:96 H263-1998/90000
a=fmtp:96 CIF4=1;CIF=1;QCIF=1
a=rtpmap:34 H263/90000
a=rtpmap:31 H261/90000
a=rtcp-fb:* nack pli
a=rtcp-fb:* ccm fir tmmbr
a=content:main
a=label:11
m=application 49178 UDP/BFCP *
a=floorctrl:c-s
a=confid:1
a=userid:2
a=floorid:1 mstrm:12
a=setup:actpass
a=connection:new
m=video 49174 RTP/AVP 109 110
a=rtpmap:109 H264/90000
a=fmtp:109 profile-level-id=42801f; packetization-mode=1
a=rtpmap:110 H264/90000
a=fmtp:110 profile-level-id=42801f
a=content:slides
a=label:12
m=application 49176 RTP/AVP 100
a=rtpmap:100 H224/4800
`),
  /** Cisco TelePresence (C, SX, MX; through CUCM or Expressway): 428016 with max-*, b at both levels, best-effort SRTP. */
  ciscoSx: crlf(`
v=0
o=tandberg 7 1 IN IP4 192.0.2.30
s=-
c=IN IP4 192.0.2.30
b=AS:6000
t=0 0
m=audio 2336 RTP/AVP 107 108 109 110 104 105 9 18 8 0 101
b=TIAS:128000
a=rtpmap:107 MP4A-LATM/90000
a=fmtp:107 profile-level-id=25;object=23;bitrate=128000
a=rtpmap:108 MP4A-LATM/90000
a=fmtp:108 profile-level-id=24;object=23;bitrate=64000
a=rtpmap:109 MP4A-LATM/90000
a=fmtp:109 profile-level-id=24;object=23;bitrate=56000
a=rtpmap:110 MP4A-LATM/90000
a=fmtp:110 profile-level-id=24;object=23;bitrate=48000
a=rtpmap:104 G7221/16000
a=fmtp:104 bitrate=32000
a=rtpmap:105 G7221/16000
a=fmtp:105 bitrate=24000
a=rtpmap:9 G722/8000
a=rtpmap:18 G729/8000
a=fmtp:18 annexb=yes
a=rtpmap:8 PCMA/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA|2^48
a=sendrecv
m=video 2338 RTP/AVP 97 126 96 34 31
b=TIAS:6000000
a=rtpmap:97 H264/90000
a=fmtp:97 packetization-mode=0;profile-level-id=428016;max-br=5000;max-mbps=245000;max-fs=9000;max-smbps=245000;max-fps=6000;max-rcmd-nalu-size=3456000;sar-supported=16
a=rtpmap:126 H264/90000
a=fmtp:126 packetization-mode=1;profile-level-id=428016;max-br=5000;max-mbps=245000;max-fs=9000;max-smbps=245000;max-fps=6000;max-rcmd-nalu-size=3456000;sar-supported=16
a=rtpmap:96 H263-1998/90000
a=fmtp:96 custom=1280,768,3;custom=1280,720,3;cif4=1;cif=1;qcif=1;maxbr=20000
a=rtpmap:34 H263/90000
a=rtpmap:31 H261/90000
a=fmtp:31 cif=1;qcif=1;maxbr=20000
a=rtcp-fb:* nack pli
a=rtcp-fb:* ccm fir
a=rtcp-fb:* ccm tmmbr
a=sendrecv
a=content:main
a=label:11
a=answer:full
m=application 5070 UDP/BFCP *
a=floorctrl:c-s
a=confid:1
a=floorid:2 mstrm:12
a=userid:7
a=setup:actpass
a=connection:new
m=video 2340 RTP/AVP 97 126
b=TIAS:6000000
a=rtpmap:97 H264/90000
a=fmtp:97 packetization-mode=0;profile-level-id=428014;max-mbps=108000;max-fs=3600
a=rtpmap:126 H264/90000
a=fmtp:126 packetization-mode=1;profile-level-id=428014;max-mbps=108000;max-fs=3600
a=content:slides
a=label:12
m=application 2342 RTP/AVP 100
a=rtpmap:100 H224/4800
`),
  /** Huawei TE: CT bandwidth, capital fmtp hex, AAC-LD under two names, static H.261/H.263 without rtpmap. */
  huaweiTe: crlf(`
v=0
o=HuaweiTE40 2043 2043 IN IP4 192.0.2.40
s=-
c=IN IP4 192.0.2.40
b=CT:1920
t=0 0
m=audio 10002 RTP/AVP 104 9 8 0 101
a=rtpmap:104 MPEG4-GENERIC/48000/1
a=rtpmap:9 G722/8000/1
a=rtpmap:8 PCMA/8000/1
a=rtpmap:0 PCMU/8000/1
a=rtpmap:101 telephone-event/8000
a=ptime:20
a=sendrecv
m=video 10004 RTP/AVP 106 105 34 31
b=AS:1856
a=rtpmap:106 h264/90000
a=fmtp:106 profile-level-id=64001F; packetization-mode=1; max-mbps=245760; max-fs=8192; max-br=4000
a=rtpmap:105 h264/90000
a=fmtp:105 profile-level-id=42E01F; packetization-mode=0
a=framerate:30
a=sendrecv
m=application 10008 TCP/BFCP *
a=setup:passive
a=connection:new
a=floorctrl:s-only
`),
  /** Yealink VC: 42801f twice with and without the mode, rtcp-fb by payload type, AVP. */
  yealinkVc: crlf(`
v=0
o=- 20016 20016 IN IP4 192.0.2.50
s=SDP data
c=IN IP4 192.0.2.50
t=0 0
m=audio 12110 RTP/AVP 98 9 8 0 101
a=rtpmap:98 opus/48000/2
a=fmtp:98 stereo=0; useinbandfec=1; maxaveragebitrate=64000
a=rtpmap:9 G722/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=ptime:20
a=sendrecv
m=video 12112 RTP/AVP 107 108
b=AS:2048
a=rtpmap:107 H264/90000
a=fmtp:107 profile-level-id=42801f; max-mbps=108000; max-fs=3600
a=rtpmap:108 H264/90000
a=fmtp:108 profile-level-id=42801f; max-mbps=108000; max-fs=3600; packetization-mode=1
a=rtcp-fb:107 ccm fir
a=rtcp-fb:108 ccm fir
a=rtcp-fb:108 nack pli
a=sendrecv
`),
  /** Lifesize: one H.264 at mode 0 without saying so, level 2.2 raised by max-*, no rtcp-fb, no a=sendrecv. */
  lifesize: crlf(`
v=0
o=LifeSize 1 1 IN IP4 192.0.2.60
s=-
c=IN IP4 192.0.2.60
b=AS:1152
t=0 0
m=audio 60000 RTP/AVP 97 9 0 8
a=rtpmap:97 MPEG4-GENERIC/22050
a=rtpmap:9 G722/8000
m=video 60002 RTP/AVP 99 34
b=AS:1088
a=rtpmap:99 H264/90000
a=fmtp:99 profile-level-id=428016;max-mbps=108000;max-fs=3600
a=rtpmap:34 H263/90000
`),
  /** baresip 1.0 with avcodec. */
  baresip: crlf(`
v=0
o=- 3184012313 1204 IN IP4 127.0.0.1
s=-
c=IN IP4 127.0.0.1
t=0 0
a=tool:baresip 1.0.0
m=audio 31010 RTP/AVP 96 9 0 8 97
b=AS:125
a=rtpmap:96 opus/48000/2
a=fmtp:96 stereo=1;sprop-stereo=1
a=rtpmap:9 G722/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:97 telephone-event/8000
a=fmtp:97 0-15
a=rtcp:31011
a=sendrecv
a=label:1
a=rtcp-rsize
a=ssrc:2018217241 cname:sip:alice@127.0.0.1
a=ptime:20
m=video 31012 RTP/AVP 98 99
b=AS:1612
a=rtpmap:98 H264/90000
a=fmtp:98 packetization-mode=0;profile-level-id=42001f
a=rtpmap:99 H264/90000
a=fmtp:99 packetization-mode=1;profile-level-id=42001f
a=rtcp:31013
a=sendrecv
a=rtcp-fb:* nack pli
a=framerate:25.00
a=label:2
a=rtcp-rsize
a=ssrc:3308331071 cname:sip:alice@127.0.0.1
`),
  /** linphone 5: AVPF, VP8 first, H.264 without profile-level-id beyond baseline 1.3, ICE, RTCP-XR. */
  linphone: crlf(`
v=0
o=bob 1214 1021 IN IP4 192.0.2.70
s=Talk
c=IN IP4 192.0.2.70
t=0 0
a=ice-pwd:0123456789abcdef01234567
a=ice-ufrag:01234567
a=rtcp-xr:rcvr-rtt=all:10000 stat-summary=loss,dup,jitt,TTL voip-metrics
a=record:off
m=audio 7078 RTP/AVPF 96 97 98 0 8 101 99 100
a=rtpmap:96 opus/48000/2
a=fmtp:96 useinbandfec=1
a=rtpmap:97 speex/16000
a=fmtp:97 vbr=on
a=rtpmap:98 speex/8000
a=fmtp:98 vbr=on
a=rtpmap:101 telephone-event/48000
a=rtpmap:99 telephone-event/16000
a=rtpmap:100 telephone-event/8000
a=rtcp:7079
a=candidate:1 1 UDP 2130706303 192.0.2.70 7078 typ host
a=candidate:1 2 UDP 2130706302 192.0.2.70 7079 typ host
a=rtcp-fb:* trr-int 5000
a=rtcp-fb:* ccm tmmbr
m=video 9078 RTP/AVPF 96 97
a=rtpmap:96 VP8/90000
a=rtpmap:97 H264/90000
a=fmtp:97 profile-level-id=42801F
a=rtcp-fb:* trr-int 5000
a=rtcp-fb:96 nack pli
a=rtcp-fb:96 nack sli
a=rtcp-fb:97 nack pli
a=rtcp-fb:97 ccm fir
`),
  /** Zoom Room and its SIP connector: SAVP first with an AVP line of each kind behind it, b=AS large, slides, text-less. */
  zoomRoom: crlf(`
v=0
o=zoomgw 1690000000 1690000000 IN IP4 192.0.2.80
s=call
c=IN IP4 192.0.2.80
b=AS:4096
t=0 0
m=audio 20000 RTP/SAVP 114 9 0 8 101
a=rtpmap:114 opus/48000/2
a=rtpmap:101 telephone-event/8000
a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB
m=audio 20000 RTP/AVP 114 9 0 8 101
a=rtpmap:114 opus/48000/2
a=fmtp:114 maxplaybackrate=48000;stereo=1;useinbandfec=1
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16
m=video 20002 RTP/SAVP 99
a=rtpmap:99 H264/90000
a=fmtp:99 profile-level-id=640028;packetization-mode=1
a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC
m=video 20002 RTP/AVP 99
a=rtpmap:99 H264/90000
a=fmtp:99 profile-level-id=640028;packetization-mode=1;max-fs=8192;max-mbps=245760
a=rtcp-fb:99 nack pli
a=rtcp-fb:99 ccm fir
a=content:main
`),
  /**
   * Polycom Group with encryption "required": SAVP, one suite of 80 and one of 32, lifetime. After traces in
   * Polycom's deployment guides; the key is RFC 4568's example.
   */
  polycomSavp: crlf(`
v=0
o=Room 1445430399 0 IN IP4 192.0.2.21
s=-
c=IN IP4 192.0.2.21
b=AS:1920
t=0 0
m=audio 49180 RTP/SAVP 9 8 101
a=rtpmap:9 G722/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^31
a=crypto:2 AES_CM_128_HMAC_SHA1_32 inline:NzB4d1BINUAvLEw6UzF3WSJ+PSdFcGdUJShpX1Zj|2^31
a=sendrecv
m=video 49182 RTP/SAVP 109 34
b=TIAS:1856000
a=rtpmap:109 H264/90000
a=fmtp:109 profile-level-id=42801f; max-mbps=108000; max-fs=3600; packetization-mode=1
a=rtpmap:34 H263/90000
a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj|2^31
a=rtcp-fb:* nack pli
a=rtcp-fb:* ccm fir tmmbr
a=content:main
m=application 49186 RTP/SAVP 100
a=rtpmap:100 H224/4800
a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA|2^31
`),
  /** Yealink VC with "SRTP optional" and AES-256 first, keys beside AVP, the MKI of older firmware. */
  yealinkSrtp: crlf(`
v=0
o=- 20017 20017 IN IP4 192.0.2.51
s=SDP data
c=IN IP4 192.0.2.51
t=0 0
m=audio 12114 RTP/AVP 9 8 101
a=rtpmap:9 G722/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=crypto:1 AES_256_CM_HMAC_SHA1_80 inline:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==|2^31|1:1
a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA|2^31|1:1
a=sendrecv
m=video 12116 RTP/AVP 107
b=AS:2048
a=rtpmap:107 H264/90000
a=fmtp:107 profile-level-id=42801f; max-mbps=108000; max-fs=3600; packetization-mode=1
a=crypto:1 AES_256_CM_HMAC_SHA1_80 inline:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA==|2^31|1:1
a=sendrecv
`),
  /** linphone 5 with mandatory SRTP: SAVPF, GCM first. */
  linphoneSavpf: crlf(`
v=0
o=bob 1215 1021 IN IP4 192.0.2.71
s=Talk
c=IN IP4 192.0.2.71
t=0 0
a=record:off
m=audio 7080 RTP/SAVPF 96 0 8 101
a=rtpmap:96 opus/48000/2
a=fmtp:96 useinbandfec=1
a=rtpmap:101 telephone-event/48000
a=crypto:1 AEAD_AES_128_GCM inline:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==
a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
a=rtcp-fb:* ccm tmmbr
m=video 9080 RTP/SAVPF 97
a=rtpmap:97 H264/90000
a=fmtp:97 profile-level-id=42801F
a=crypto:1 AEAD_AES_128_GCM inline:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA==
a=rtcp-fb:97 nack pli
a=rtcp-fb:97 ccm fir
`),
  /** Avaya and Cisco phones behind a session border controller: a first key that leaves RTCP or all in the clear. */
  avaya: crlf(`
v=0
o=- 1 1 IN IP4 192.0.2.95
s=-
c=IN IP4 192.0.2.95
t=0 0
m=audio 28120 RTP/SAVP 0 8 18 101
a=rtpmap:101 telephone-event/8000
a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA|2^31 UNENCRYPTED_SRTCP
a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB|2^31
`),
  /** Audio phone in the manner of a Cisco 7900: no rtpmap for the static types, ptime 20, silence suppression. */
  phone: crlf(`
v=0
o=Cisco-SIPUA 12345 0 IN IP4 192.0.2.90
s=SIP Call
t=0 0
m=audio 28110 RTP/AVP 0 8 18 101
c=IN IP4 192.0.2.90
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=silenceSupp:off - - - -
`),
  /** sipp's built-in uac scenario. */
  sippUac: crlf(`
v=0
o=user1 53655765 2353687637 IN IP4 127.0.0.1
s=-
c=IN IP4 127.0.0.1
t=0 0
m=audio 6000 RTP/AVP 0
a=rtpmap:0 PCMU/8000
`),
  /** Browser-like client: BUNDLE, DTLS only; nothing for us. */
  webrtc: crlf(`
v=0
o=- 4611731400430051336 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0
m=audio 9 UDP/TLS/RTP/SAVPF 111
c=IN IP4 0.0.0.0
a=rtpmap:111 opus/48000/2
a=mid:0
a=fingerprint:sha-256 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF
a=setup:actpass
a=rtcp-mux
`),
};
