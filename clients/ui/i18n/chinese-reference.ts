/** Texts around the API's documentation, which itself is in English. */
export const chineseReference = {
  'nav.reference': '开发者 API',
  'reference.title': 'API 文档',
  'reference.text':
    '页面能做的一切，程序也能做：使用“我的账户”中的 API 密钥。事件通过 WebSocket 或 Webhook 送达。以下说明为英文。',
  'reference.search': '搜索',
  'reference.none': '没有匹配的内容。',
  'reference.access': '权限',
  'reference.name': '名称',
  'reference.parameters': '参数',
  'reference.body': '请求内容',
  'reference.event': '发送的内容',
  'reference.optional': '可选',
} as const;
