import { init } from 'echarts'
import { lines, logBars, relativeBars } from './chart-options.js'

const guard = 'authing-guard'

/** The charts as SVG, by name, as far as the sections have been measured. */
export function chartsOf({ machine, sections }) {
  const source = `npm run bench, Node ${machine.node}, ${machine.cpu}`
  const of = (name) => sections[name]?.measured
  const charts = {
    tokens: of('verify') && tokensChart(of('verify'), source),
    refused: of('refused') && refusedChart(of('refused'), source),
    http: of('http') && httpChart(of('http'), source),
    memory: of('memory') && memoryChart(of('memory'), source),
  }
  const wanted = Object.entries(charts).filter(([, options]) => options !== undefined)
  return Object.fromEntries(wanted.map(([name, { height, ...options }]) => [name, draw(options, height)]))
}

function draw(options, height) {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: 860, height })
  chart.setOption(options)
  const svg = chart.renderToSVGString()
  chart.dispose()
  return `${svg}\n`
}

function tokensChart({ RS256 }, source) {
  const { hot, inTurn, different } = RS256.times.sequential
  return logBars({
    title: 'Verifying a good token (RS256, one at a time)',
    unit: 'microseconds a token, logarithmic: shorter is faster',
    source,
    names: Object.keys(hot),
    series: {
      'one hot token': (name) => hot[name]?.us,
      '10,000 in turn': (name) => inTurn[name]?.us,
      'all different': (name) => different[name]?.us,
    },
    least: 0.1,
  })
}

function refusedChart({ RS256 }, source) {
  const { signature, garbage, expired } = RS256
  return logBars({
    title: 'Refusing a bad token (RS256, one at a time)',
    unit: 'microseconds a token, logarithmic: shorter is faster',
    source,
    names: Object.keys(signature.times),
    series: {
      'random segments': (name) => garbage.times[name]?.us,
      'bad signature': (name) => signature.times[name]?.us,
      expired: (name) => expired.times[name]?.us,
    },
    least: 1,
  })
}

function httpChart(http, source) {
  const titles = { express: 'Express 5', koa: 'Koa 3' }
  const bars = Object.entries(http).flatMap(([host, doors]) =>
    Object.entries(doors)
      .filter(([name]) => name !== 'bare')
      .map(([name, { perSecond }]) => ({
        name: `${titles[host]}: ${name === 'empty' ? 'an empty middleware' : name}`,
        value: Math.round((100 * perSecond) / doors.bare.perSecond),
        isOurs: name === guard,
      })),
  )
  return relativeBars({
    title: 'Requests a second, one hot token',
    unit: 'percent of the same server with no middleware: longer is faster',
    source,
    bars,
  })
}

function memoryChart(memory, source) {
  return lines({
    title: 'Heap after so many different tokens, each seen twice',
    unit: 'MiB',
    axis: 'tokens',
    source,
    curves: memory.map(({ name, tokenLength, curve }) => ({
      name: `${name}; tokens of ${tokenLength.toLocaleString('en')} characters`,
      library: name,
      isDashed: tokenLength > 2000,
      points: Object.entries(curve).map(([count, value]) => [Number(count), value]),
    })),
  })
}
