/** An HTTP answer to a webhook. */
export class Answer {
  constructor(
    readonly status: number,
    readonly body: Readonly<Record<string, string>>,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {}
}

/** A refusal. The description is fixed text, and quotes nothing of the request. */
export function refused(status: number, description: string, headers?: Answer['headers']): Answer {
  const error = status === 401 ? 'unauthorized' : status === 503 ? 'temporarily_unavailable' : 'invalid_request'
  return new Answer(status, { error, error_description: description }, headers)
}
