// The report: Markdown, with nothing in it that belongs to a tenant or a person.

/** Characters of the shortest text that is searched for: a shorter one may be in any word. */
const shortest = 6

export class Report {
  /** @type {string[]} */
  #lines = []
  /** @type {Set<string>} */
  #hidden = new Set()

  /** @param {string} title */
  section(title) {
    this.#lines.push('', `## ${title}`, '')
  }

  /** @param {string} text */
  say(text) {
    this.#lines.push(text, '')
  }

  /**
   * @param {readonly string[]} head
   * @param {readonly (readonly string[])[]} rows
   */
  table(head, rows) {
    const line = (/** @type {readonly string[]} */ cells) => `| ${cells.map(cell).join(' | ')} |`
    this.#lines.push(line(head), line(head.map(() => '---')), ...rows.map(line), '')
  }

  /**
   * Texts that the report must not hold: they are replaced by `(hidden)`.
   *
   * @param {...(string | undefined)} texts
   */
  hide(...texts) {
    for (const text of texts) if (text !== undefined && text.length >= shortest) this.#hidden.add(text)
  }

  /**
   * The whole report. An answer may repeat what it was sent, so whatever is hidden is taken out, wherever it is.
   *
   * @param {string} title
   */
  markdown(title) {
    let text = `${[`# ${title}`, ...this.#lines]
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim()}\n`
    // The longest first: a token before its parts.
    for (const hidden of [...this.#hidden].sort((one, other) => other.length - one.length)) {
      for (const form of [hidden, cell(hidden)]) text = text.replaceAll(form, '(hidden)')
    }
    return text
  }
}

/** @param {string} text */
function cell(text) {
  return text.replace(/[|\\`<>]/g, (mark) => `\\${mark}`).replace(/\s+/g, ' ')
}
