import { Agent } from 'node:http'
import { JwtVerifier } from 'aws-jwt-verify'
import { SimpleFetcher } from 'aws-jwt-verify/https'
import { SimpleJwksCache } from 'aws-jwt-verify/jwk'

export const awsJwtVerify = {
  name: 'aws-jwt-verify',
  packages: ['aws-jwt-verify'],
  verifier({ issuer, appId, jwksUri, secret }) {
    if (secret !== undefined) throw new Error('asymmetric algorithms only')
    // It fetches by https alone; an agent for plain http is all that its own fetcher needs.
    const fetcher = new SimpleFetcher({ defaultRequestOptions: { agent: new Agent() } })
    const verifier = JwtVerifier.create(
      { issuer, audience: appId, jwksUri },
      { jwksCache: new SimpleJwksCache({ fetcher }) },
    )
    return (token) => verifier.verify(token)
  },
  // It has no such option: a set is kept until the process ends.
  withFreshness(world) {
    return this.verifier(world)
  },
}
