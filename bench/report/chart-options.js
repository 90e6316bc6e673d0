const ink = '#1f2933'
const faint = '#dde3ea'
const muted = '#5b6673'
const ours = '#0b6bcb'
const others = '#9aa7b5'
/** Told apart by lightness too, for those who see no colours. */
const three = ['#0b6bcb', '#e08a00', '#7a8794']

/** Room for the longest name: without a screen nobody can measure one. */
const left = 190
const key = { itemGap: 26, itemWidth: 14, itemHeight: 10, textStyle: { color: ink } }

const font = 'system-ui, -apple-system, Helvetica, Arial, sans-serif'

/** What all charts share: on white, so that a dark page shows them as well. */
const frame = (title, unit, source, height) => ({
  height,
  animation: false,
  backgroundColor: '#ffffff',
  textStyle: { fontFamily: font, color: ink },
  title: [
    {
      text: title,
      subtext: unit,
      left: 16,
      top: 10,
      itemGap: 6,
      textStyle: { fontSize: 17, color: ink },
      subtextStyle: { color: muted },
    },
    {
      text: `Source: ${source}`,
      left: 16,
      bottom: 6,
      textStyle: { fontSize: 11, fontWeight: 'normal', color: muted },
    },
  ],
})

const categories = (names) => ({
  type: 'category',
  inverse: true,
  data: names,
  axisLabel: { color: ink, fontSize: 12 },
  axisTick: { show: false },
  axisLine: { lineStyle: { color: faint } },
})

/** Bars for several measures of each name, on a logarithmic axis. */
export function logBars({ title, unit, source, names, series, least }) {
  const bars = Object.entries(series).map(([name, of], at) => ({
    name,
    type: 'bar',
    barGap: '12%',
    barCategoryGap: '30%',
    itemStyle: { color: three[at] },
    label: { show: true, position: 'right', color: ink, fontSize: 10.5, formatter: ({ value }) => label(value) },
    data: names.map((each) => of(each) ?? null),
  }))
  return {
    ...frame(title, unit, source, 142 + 46 * names.length),
    legend: { ...key, top: 62, left: left - 4 },
    grid: { left, right: 52, top: 92, bottom: 50 },
    xAxis: {
      type: 'log',
      min: least,
      startValue: least,
      axisLabel: { color: muted },
      splitLine: { lineStyle: { color: faint } },
    },
    yAxis: categories(names),
    series: bars,
  }
}

const label = (value) => (value >= 100 ? String(Math.round(value)) : String(value ?? ''))

/** One bar for each name, as percents. */
export function relativeBars({ title, unit, source, bars }) {
  return {
    ...frame(title, unit, source, 120 + 28 * bars.length),
    grid: { left: left + 50, right: 64, top: 66, bottom: 50 },
    xAxis: { type: 'value', min: 0, axisLabel: { color: muted }, splitLine: { lineStyle: { color: faint } } },
    yAxis: categories(bars.map(({ name }) => name)),
    series: [
      {
        type: 'bar',
        barCategoryGap: '30%',
        label: { show: true, position: 'right', color: ink, formatter: ({ value }) => `${value} %` },
        data: bars.map(({ value, isOurs }) => ({ value, itemStyle: { color: isOurs ? ours : others } })),
      },
    ],
  }
}

/** Curves; those of one library share a colour, and `isDashed` tells its second one. */
export function lines({ title, unit, axis, source, curves }) {
  const top = 74 + 22 * curves.length
  const libraries = [...new Set(curves.map(({ library }) => library))]
  return {
    ...frame(title, unit, source, top + 320),
    legend: { ...key, itemGap: 8, itemWidth: 40, orient: 'vertical', top: 62, left: 52 },
    grid: { left: 56, right: 40, top, bottom: 76 },
    xAxis: {
      type: 'value',
      name: axis,
      nameLocation: 'middle',
      nameGap: 28,
      max: Math.max(...curves.map(({ points }) => points.at(-1)[0])),
      axisLabel: { color: muted },
      splitLine: { show: false },
    },
    yAxis: { type: 'value', min: 0, axisLabel: { color: muted }, splitLine: { lineStyle: { color: faint } } },
    series: curves.map(({ name, library, isDashed, points }) => ({
      name,
      type: 'line',
      symbol: 'none',
      color: three[libraries.indexOf(library)],
      lineStyle: { width: 2.5, type: isDashed ? 'dashed' : 'solid' },
      data: points,
    })),
  }
}
