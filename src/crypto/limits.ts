/** Longest token that is read, in characters. Authing's have about 1,000. */
export const longestToken = 16_384
