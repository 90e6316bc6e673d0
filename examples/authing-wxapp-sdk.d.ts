/** The part of Authing's mini program SDK that the example calls; the package has no declarations of its own. */
declare module 'authing-wxapp-sdk' {
  export class AuthenticationClient {
    constructor(options: { readonly userPoolId: string; readonly host?: string })
    /** Signs in with the code of `wx.login`, and stores the user's token. */
    loginByCode(code: string): Promise<{ readonly id: string }>
    /** Changes the user's profile, and stores the fresh token. */
    updateProfile(profile: { readonly nickname?: string }): Promise<{ readonly id: string; readonly nickname: string }>
  }
}
