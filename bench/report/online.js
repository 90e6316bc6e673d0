import { table } from './table.js'

/** What `maxRate: 10` allows: 100 questions at once, and 10 more in a second. */
const budget = 110
/** Of good first-seen tokens beside 200 made-up ones a second. */
const leastShare = 0.9

export function floodTable({ flood, firstSeen }) {
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
    table(
      [
        'made-up tokens a second',
        'good first-seen ones answered in 3 s',
        'their p99, ms',
        'questions at the same time',
      ],
      firstSeen.map(({ madeUp, share, p99Ms, atOnce }) => [madeUp, `${Math.round(100 * share)} %`, p99Ms, atOnce]),
    ),
  ]
}

/** @returns {readonly import('./bounds.js').Bound[]} */
export function floodBounds({ flood: { questions, verdicts, ratio }, firstSeen: [first] }) {
  return [
    {
      what: '1,000 made-up opaque tokens in a second, with maxRate: 10',
      must: `none let in, at most ${budget} questions`,
      measured: `${verdicts.let_in} let in, ${questions} questions`,
      met: verdicts.let_in === 0 && questions <= budget,
    },
    { what: 'the same', must: "good tokens' p99 at most 1.2 x", measured: `${ratio} x`, met: ratio <= 1.2 },
    {
      what: `${first.madeUp} made-up opaque tokens a second, an issuer that takes 50 ms`,
      must: `at least ${100 * leastShare} % of good first-seen ones answered within 3 s`,
      measured: `${Math.round(100 * first.share)} %`,
      met: first.share >= leastShare,
    },
  ]
}
