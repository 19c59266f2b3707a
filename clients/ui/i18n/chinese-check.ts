import type { englishCheck } from './english-check.js';

export const chineseCheck: Record<keyof typeof englishCheck, string> = {
  'check.open': '会前检查',
  'check.title': '一切就绪了吗？',
  'check.again': '再次检查',
  'check.busy': '正在询问各会场，不会响铃……',
  'check.ready': '一切就绪。',
  'check.notReady': '有以下问题：',
  'check.noRooms': '没有计划会场；与会者通过链接或会议号加入。',
  'check.room.in-conference': '已在会议中',
  'check.room.answers': '有应答',
  'check.room.silent': '无应答：设备是否已开机？防火墙是否放行 SIP？',
  'check.room.unreachable': '地址无法到达：请检查计划中的地址',
  'check.room.not-registered': '未注册：请开机，或检查其账号',
  'check.room.not-allowed': '不允许从这里呼叫：管理员可以放行（sip.dialOut.allow）',
  'check.units': '视频端口：现在空闲 {free} 个，会场需要 {needed} 个。',
  'check.units.many': '视频端口不受限制。',
  'check.space': '可录制 {hours} 小时。',
};
