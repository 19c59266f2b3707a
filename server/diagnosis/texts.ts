/** What is found, and what to do; `{name}` is filled in from the finding's `parameters`. */
export interface FindingText {
  what: string;
  advice: string;
}

/**
 * Everything that can be found, in both languages. A code never changes its meaning: programs and pages go by it.
 * `fault`: something does not work; `warning`: it works badly; `note`: it is meant so, or worth knowing.
 */
export const findings = {
  'all-well': {
    severity: 'note',
    zh: {
      what: '未发现问题：声音和图像双向正常。',
      advice: '若仍看不到图像，请检查会议室的显示器及其输入源。',
    },
    en: {
      what: 'Nothing is wrong: sound and picture go both ways.',
      advice: 'If there is still no picture, look at the display of the room and its input.',
    },
  },
  ringing: {
    severity: 'note',
    zh: { what: '呼叫尚未接通。', advice: '等待对方应答；若一直振铃，请在会议室接听或开启自动应答。' },
    en: {
      what: 'The call is not answered yet.',
      advice: 'Wait. If it keeps ringing, answer it in the room or switch auto-answer on.',
    },
  },
  'unknown-number': {
    severity: 'fault',
    zh: { what: '没有会议使用号码 {target}。', advice: '核对会议号码；会议可能已结束。' },
    en: {
      what: 'No conference has the number {target}.',
      advice: 'Check the number; the conference may have ended.',
    },
  },
  'refused-here': {
    severity: 'fault',
    zh: {
      what: '本系统拒绝了呼叫：{reason}。',
      advice: '按所述原因处理后重新呼叫；密码错误时请拨 号码*密码。',
    },
    en: {
      what: 'This system refused the call: {reason}.',
      advice: 'Do what the reason says and call again; with a PIN, dial NUMBER*PIN.',
    },
  },
  'refused-there': {
    severity: 'fault',
    zh: {
      what: '对方拒绝了呼叫：{reason}。',
      advice: '404：核对地址；486：对方忙；401/403/407：在对方处允许本系统；488：核对编解码器和加密设置。',
    },
    en: {
      what: 'The other side refused the call: {reason}.',
      advice:
        '404: check the address; 486: it is busy; 401, 403, 407: allow this system there; 488: compare codecs and encryption.',
    },
  },
  'no-answer': {
    severity: 'fault',
    zh: {
      what: '对方没有回应信令（{reason}）。',
      advice:
        '检查会议室是否开机、地址是否正确，以及防火墙是否放行 SIP 端口；若应答后丢失，请改用 TCP，或关闭路由器的 SIP ALG。',
    },
    en: {
      what: 'The other side does not answer our signalling ({reason}).',
      advice:
        'Check that the room is on, its address, and that the firewall passes SIP. If our answer is lost, use TCP, or switch SIP ALG off in the router.',
    },
  },
  vanished: {
    severity: 'fault',
    zh: { what: '对方未道别即消失（{reason}）。', advice: '检查会议室的网络和电源。' },
    en: {
      what: 'The other side is gone without a word ({reason}).',
      advice: 'Check network and power of the room.',
    },
  },
  'hung-up': {
    severity: 'note',
    zh: { what: '呼叫已结束：{reason}。', advice: '需要时重新呼叫。下文是通话最后几秒的情况。' },
    en: {
      what: 'The call has ended: {reason}.',
      advice: 'Call again if needed. What follows is about its last seconds.',
    },
  },
  held: {
    severity: 'note',
    zh: { what: '会议室已将通话保持，因此不向其发送声音和图像。', advice: '在会议室遥控器上按“恢复”。' },
    en: {
      what: 'The room has put the call on hold, so nothing is sent to it.',
      advice: 'Press resume on the remote control of the room.',
    },
  },
  'encryption-required': {
    severity: 'fault',
    zh: {
      what: '本系统要求媒体加密，而会议室没有为{stream}提供密钥。',
      advice: '在会议室开启加密（SRTP：自动或必须，最好配合 TLS），或将 sip.mediaEncryption 设为 optional。',
    },
    en: {
      what: 'Media must be encrypted here, and the room offers no keys for {stream}.',
      advice:
        'Switch encryption on in the room (SRTP: automatic or required, best with TLS), or set sip.mediaEncryption to optional.',
    },
  },
  'encryption-off-here': {
    severity: 'fault',
    zh: {
      what: '会议室坚持加密{stream}，而本系统已关闭媒体加密。',
      advice: '将 sip.mediaEncryption 设为 optional，或将会议室的加密设为“自动”。',
    },
    en: {
      what: 'The room insists on encrypting {stream}, and encryption is off here.',
      advice: 'Set sip.mediaEncryption to optional, or the encryption of the room to automatic.',
    },
  },
  'no-usable-key': {
    severity: 'fault',
    zh: {
      what: '会议室坚持加密{stream}，但没有本系统可用的密钥。',
      advice: '在会议室选择 AES_CM_128_HMAC_SHA1_80，或启用带 rtcp-mux 的 DTLS-SRTP。',
    },
    en: {
      what: 'The room insists on encrypting {stream}, but with no key that can be used here.',
      advice: 'Choose AES_CM_128_HMAC_SHA1_80 in the room, or DTLS-SRTP with rtcp-mux.',
    },
  },
  'no-common-codec': {
    severity: 'fault',
    zh: {
      what: '{stream}没有共同的编解码器：会议室只提供 {codecs}。',
      advice: '在会议室启用 H.264（图像）以及 Opus、G.722 或 G.711（声音）。',
    },
    en: {
      what: 'No common codec for {stream}: the room offers {codecs} alone.',
      advice: 'Enable H.264 (picture) and Opus, G.722 or G.711 (sound) in the room.',
    },
  },
  'not-offered': {
    severity: 'fault',
    zh: {
      what: '会议室根本没有提供{stream}。',
      advice: '图像：以视频呼叫方式重新拨打，或在会议室启用视频；声音：启用麦克风和扬声器。',
    },
    en: {
      what: 'The room offers no {stream} at all.',
      advice:
        'Picture: dial again as a video call, or enable video in the room. Sound: enable microphone and speaker.',
    },
  },
  'switched-off-there': {
    severity: 'fault',
    zh: {
      what: '会议室关闭了{stream}（SDP 端口为 0）。',
      advice: '在会议室重新启用，并检查呼叫速率：过低时部分会议室会关闭图像。',
    },
    en: {
      what: 'The room has switched {stream} off (port 0 in its SDP).',
      advice:
        'Switch it on in the room, and check the call rate: when it is low, some rooms drop the picture.',
    },
  },
  'not-sent-there': {
    severity: 'fault',
    zh: {
      what: '会议室声明不发送{stream}（{direction}）。',
      advice: '图像：打开摄像机或取消“停止视频”；声音：取消静音。',
    },
    en: {
      what: 'The room says that it sends no {stream} ({direction}).',
      advice: 'Picture: switch the camera on, or end "stop video". Sound: unmute it.',
    },
  },
  'not-taken-there': {
    severity: 'fault',
    zh: {
      what: '会议室声明不接收{stream}（{direction}）。',
      advice: '检查会议室的显示器、扬声器和保持状态。',
    },
    en: {
      what: 'The room says that it takes no {stream} ({direction}).',
      advice: 'Check display, speaker and hold in the room.',
    },
  },
  'dtls-failed': {
    severity: 'fault',
    zh: {
      what: '{stream}的 DTLS 密钥协商失败：{reason}。',
      advice: '重新呼叫；若重复出现，检查会议室时钟和证书，或改用 SDES。',
    },
    en: {
      what: 'DTLS came to no keys for {stream}: {reason}.',
      advice: 'Call again. If it stays, check clock and certificate of the room, or use SDES.',
    },
  },
  'dtls-pending': {
    severity: 'fault',
    zh: {
      what: '{stream}的 DTLS 握手还没有开始：会议室的数据包没有到达端口 {port}。',
      advice: '在防火墙放行会议室到本系统 UDP {port}。',
    },
    en: {
      what: 'The DTLS handshake for {stream} has not begun: nothing of the room reaches port {port}.',
      advice: 'Let UDP from the room to port {port} of this system pass the firewall.',
    },
  },
  'wrong-keys': {
    severity: 'fault',
    zh: {
      what: '收到加密的{stream}，但密钥不符（5 秒内 {count} 个包未通过验证）。',
      advice: '挂断并重新呼叫；若仍出现，说明中间的代理改动了密钥，或会议室在保持后更换了密钥。',
    },
    en: {
      what: '{stream} comes encrypted with other keys than agreed ({count} packets in 5 s do not authenticate).',
      advice:
        'Hang up and call again. If it stays, a proxy between changes the keys, or the room changed them after hold.',
    },
  },
  'unexpected-packets': {
    severity: 'fault',
    zh: {
      what: '收到的{stream}不是约定的编码（5 秒内 {count} 个包）。',
      advice: '挂断并重新呼叫；更新会议室软件，或在会议室只启用一种编码。',
    },
    en: {
      what: '{stream} comes in another codec than agreed ({count} packets in 5 s).',
      advice: 'Hang up and call again; update the room, or enable one codec alone there.',
    },
  },
  'camera-silent': {
    severity: 'fault',
    zh: {
      what: '会议室的声音到达，但没有一个图像包：摄像机已关闭，或端口 {port} 被阻挡。',
      advice: '打开摄像机和隐私盖；若已打开，在防火墙放行 UDP {port}。',
    },
    en: {
      what: 'The sound of the room arrives, but not one packet of picture: its camera is off, or port {port} is blocked.',
      advice:
        'Switch the camera on and open its shutter; if it is, let UDP to port {port} pass the firewall.',
    },
  },
  'nothing-arrives': {
    severity: 'fault',
    zh: {
      what: '没有一个{stream}的 RTP 包到达；会议室声明从 {address} 发送。',
      advice: '在防火墙放行从会议室到本系统的 UDP，端口 {port}。',
    },
    en: {
      what: 'Not one RTP packet of {stream} has arrived; the room says that it is at {address}.',
      advice: 'Let UDP from the room to this system pass the firewall, port {port}.',
    },
  },
  'stopped-arriving': {
    severity: 'fault',
    zh: {
      what: '{stream}曾经到达，但最近 {seconds} 秒没有任何包。',
      advice: '检查会议室的网络；若信令也中断，呼叫很快会结束。图像：摄像机可能被关闭。',
    },
    en: {
      what: '{stream} came, but nothing in the last {seconds} s.',
      advice: 'Check the network of the room. Picture: the camera may have been switched off.',
    },
  },
  'no-keyframe': {
    severity: 'fault',
    zh: {
      what: '图像包到达（5 秒内 {count} 个），但没有完整的关键帧，无法解码。',
      advice: '通常是丢包：检查线路和呼叫速率；会议室应支持 PLI、FIR 或 SIP INFO 快速更新。',
    },
    en: {
      what: 'Packets of the picture come ({count} in 5 s), but no whole keyframe: nothing can be decoded.',
      advice:
        'Mostly loss: check the line and the call rate. The room should answer PLI, FIR or the fast update by SIP INFO.',
    },
  },
  'nothing-sent': {
    severity: 'fault',
    zh: {
      what: '本系统最近 {seconds} 秒没有向会议室发送{stream}。',
      advice: '检查 /diagnostics 中媒体进程是否运行，以及容量是否用尽。',
    },
    en: {
      what: 'This system has sent the room no {stream} in the last {seconds} s.',
      advice: 'See in /diagnostics whether the media process runs and whether capacity is used up.',
    },
  },
  'silent-microphone': {
    severity: 'warning',
    zh: { what: '声音包到达，但全是静音。', advice: '在会议室取消静音，检查麦克风连接。' },
    en: {
      what: 'Packets of sound come, but all is silence.',
      advice: 'Unmute the room, and check its microphone.',
    },
  },
  'muted-here': {
    severity: 'note',
    zh: { what: '该会议室在会议中被静音。', advice: '由主席取消静音，或在会议室遥控器上按键恢复。' },
    en: {
      what: 'The room is muted in the conference.',
      advice: 'The chair can unmute it, or the room by its key.',
    },
  },
  'loss-in': {
    severity: 'warning',
    zh: {
      what: '会议室到本系统的{stream}丢包 {percent}%。',
      advice: '降低会议室的呼叫速率；检查线路、双工设置和 QoS（DSCP）。',
    },
    en: {
      what: '{percent} % of {stream} from the room is lost on the way.',
      advice: 'Lower the call rate of the room; check line, duplex and QoS (DSCP).',
    },
  },
  'loss-out': {
    severity: 'warning',
    zh: {
      what: '本系统到会议室的{stream}丢包 {percent}%。',
      advice: '码率会自动降低；检查会议室的下行线路和 QoS。',
    },
    en: {
      what: '{percent} % of {stream} to the room is lost on the way.',
      advice: 'The rate is lowered by itself; check the downlink of the room and QoS.',
    },
  },
  'bandwidth-small': {
    severity: 'warning',
    zh: {
      what: '会议室只允许 {kbps} kbit/s 的{stream}：图像会很小或模糊。',
      advice: '提高会议室的呼叫速率；720p 需要约 1000 kbit/s，1080p 需要约 2000 kbit/s。',
    },
    en: {
      what: 'The room takes {kbps} kbit/s of {stream} at most: it will be small or blurred.',
      advice: 'Raise the call rate of the room: 720p wants about 1000 kbit/s, 1080p 2000.',
    },
  },
  'other-address': {
    severity: 'note',
    zh: {
      what: '{stream}来自 {source}，而会议室声明的是 {address}（NAT）；已按实际地址发送。',
      advice: '若会议室收不到媒体，在其 NAT 上设置静态地址，或关闭 SIP ALG。',
    },
    en: {
      what: '{stream} comes from {source}, though the room announced {address} (NAT): it is sent there.',
      advice: 'If the room gets no media, configure its static NAT address, or switch SIP ALG off.',
    },
  },
  'private-address': {
    severity: 'fault',
    zh: {
      what: '会议室声明了内网地址 {address}，从本系统无法到达，并且没有媒体从它那里到来。',
      advice: '在会议室设置静态 NAT 地址或 STUN；本系统收到它的第一个包后即可回送。',
    },
    en: {
      what: 'The room announced the private address {address}, which cannot be reached from here, and sends nothing itself.',
      advice: 'Configure static NAT or STUN in the room: with its first packet we know where to send.',
    },
  },
  'no-reports': {
    severity: 'note',
    zh: {
      what: '会议室没有对{stream}发回 RTCP 报告：不知道它是否收到。',
      advice: '放行 UDP {port} 的下一个端口（RTCP）；若会议室看不到图像，检查通往它的防火墙。',
    },
    en: {
      what: 'The room sends no RTCP reports about {stream}: whether it arrives is unknown.',
      advice:
        'Let UDP to the port after {port} pass (RTCP); if the room sees nothing, check the firewall towards it.',
    },
  },
  'floor-closed': {
    severity: 'warning',
    zh: {
      what: '已协商辅流，但 BFCP 连接没有建立：会议室不能发送或接收辅流。',
      advice: '放行 {transport} 端口 {port}。',
    },
    en: {
      what: 'Content is agreed, but BFCP is not connected: the room can neither share nor see content of its own.',
      advice: 'Let {transport} to port {port} pass the firewall.',
    },
  },
  'content-inside': {
    severity: 'note',
    zh: {
      what: '会议室没有辅流：共享内容显示在主画面中。',
      advice: '若需要单独显示，在会议室启用 BFCP / 双流。',
    },
    en: {
      what: 'The room has no second stream: shared content is shown inside its picture.',
      advice: 'For a picture of its own, enable BFCP or dual video in the room.',
    },
  },
  'keys-in-the-open': {
    severity: 'warning',
    zh: { what: '媒体已加密，但密钥通过未加密的 SIP 传送。', advice: '让会议室通过 TLS 呼叫。' },
    en: {
      what: 'Media is encrypted, but its keys travelled over unencrypted SIP.',
      advice: 'Let the room call over TLS.',
    },
  },
  alone: {
    severity: 'note',
    zh: { what: '会议中没有其他人，因此没有别人的图像。', advice: '等待其他人加入。' },
    en: {
      what: 'Nobody else is in the conference, so there is no picture of others.',
      advice: 'Wait for others to join.',
    },
  },
  'nothing-known': {
    severity: 'note',
    zh: { what: '还没有媒体统计数据。', advice: '呼叫接通几秒后再查询。' },
    en: {
      what: 'Nothing is known of its media yet.',
      advice: 'Ask again some seconds after the call began.',
    },
  },
} as const satisfies Record<
  string,
  { severity: 'fault' | 'warning' | 'note'; zh: FindingText; en: FindingText }
>;

export type FindingCode = keyof typeof findings;

/** As the texts name a stream. */
export const streamNames = {
  audio: { zh: '声音', en: 'sound' },
  video: { zh: '图像', en: 'picture' },
  content: { zh: '辅流', en: 'content' },
} as const;

/** `{name}` → its value; a sentence begins with a capital also where a stream's name is first. */
export function fill(text: string, parameters: Record<string, string>): string {
  const filled = text.replace(/\{(\w+)\}/g, (_, name: string) => parameters[name] ?? '?');
  return filled.charAt(0).toUpperCase() + filled.slice(1);
}
