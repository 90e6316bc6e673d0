import { table } from './table.js'

/** What the budget of a guard allows: 100 questions at once, and 10 more in a second. */
const budget = 110

export function floodTable({ flood }) {
  const { questions, verdicts, calmMs, floodedMs, ratio } = flood
  const { let_in: letIn, refused, unavailable } = verdicts
  return [
    table(
      ['in a second', ''],
      [
        ['made-up tokens let in', letIn],
        ['refused', refused],
        ['unavailable, unasked', unavailable],
        ['questions about made-up tokens, at most', questions],
        ["good tokens' p99 without the flood, ms", calmMs],
        ['beside it', `${floodedMs} (${ratio} x)`],
      ],
    ),
  ]
}

/** @returns {readonly import('./bounds.js').Bound[]} */
export function floodBounds({ flood: { questions, verdicts, ratio } }) {
  return [
    {
      what: '1,000 made-up opaque tokens in a second',
      must: `none let in, at most ${budget} questions`,
      measured: `${verdicts.let_in} let in, ${questions} questions`,
      met: verdicts.let_in === 0 && questions <= budget,
    },
    { what: 'the same', must: "good tokens' p99 at most 1.2 x", measured: `${ratio} x`, met: ratio <= 1.2 },
  ]
}
