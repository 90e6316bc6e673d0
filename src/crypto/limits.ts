/** Longest token that is read, in characters. Authing's have about 1,000. */
export const maxTokenLength = 16_384
