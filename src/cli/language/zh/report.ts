import type { report as english } from '../en/report.js'
import type { Translated } from '../language.js'

/** 对应 en/report.ts。 */
export const report: Translated<typeof english> = {
  accepted: '放行',
  refused: '拒绝',
  passed: '通过',
  failed: '未通过',
  unknown: '未检查',
  notProven: '未能确认',
  warning: '注意',
  expected: '期望',
  found: '实际',
  why: '原因',
  fix: '处理',
  proven: 'token 的内容（已由签名证明）',
  unproven: 'token 的内容（未验证）',
  hidden: '个人信息已隐藏，用 --reveal 显示。',
  allWell: '没有发现问题。',
  withWarnings: '没有错误，有 {count} 处需要注意。',
  withUnproven: '没有错误，但并非全部得到确认：{unproven} 处未能确认，{count} 处需要注意。',
  withErrors: '有 {errors} 处错误，{unproven} 处未能确认，{count} 处需要注意。',
}
